"""The command line in a test's project and on its database: as a process of its own, or within this one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from surefoot import cli

if TYPE_CHECKING:
    from fix_project import ProjectFolder  # a plugin is loaded once, in the order of conftest.py

PROGRAM = Path(sys.executable).with_name("surefoot")
PATIENCE_SECONDS = 60.0
Run = Callable[..., "Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended, and what it wrote."""

    status: int
    out: str
    err: str


@dataclass
class Command:
    """Runs `surefoot` in a folder; of the environment it gets what is said here, and no more."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, **environment: str) -> Outcome:
        """Run it to its end; `environment` is added for this time."""
        with self.start(*arguments, **environment) as process:
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
        return Outcome(process.returncode, out, err)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start it, with nobody at its keyboard."""
        return subprocess.Popen(
            [PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )


def greeting(url: str, suffix: str = "") -> str:
    """Write the line by which a command says where it is connected to."""
    parts = conninfo_to_dict(url)
    return f"{parts['dbname']} at {parts['host']}:{parts['port']} as {parts['user']} (PostgreSQL 18){suffix}\n"


def timeless(text: str) -> str:
    """Put fixed words in place of durations and times."""
    text = re.sub(r"\b[\d,]+ ms\b", "N ms", text)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", "TIME", text)


def lines_of(outcome: Outcome) -> list[dict[str, Any]]:
    """Read JSON lines; nothing else may stand among them."""
    return [json.loads(line) for line in outcome.out.splitlines()]


def wait_until(condition: Callable[[], object]) -> None:
    """Ask until it is so; a minute is more than any of it takes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.005)


def bare_environment(home: Path) -> dict[str, str]:
    """Give an environment that names no database."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "SUREFOOT_EMBEDDED": "never",
    }


@pytest.fixture
def command(folder: ProjectFolder, database_url: str) -> Iterator[Command]:
    """The command line in the test's project, with DATABASE_URL.

    Temporary files are not in pytest's folder: that is closed to the scratch servers' user whenever a pytest begins.
    """
    with tempfile.TemporaryDirectory(prefix="surefoot-") as temporary:
        given = {"DATABASE_URL": database_url, "TMPDIR": temporary}
        yield Command(folder.path, bare_environment(folder.path) | given)


@pytest.fixture
def run(command: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The same as `command`, but faster: within this process, as a program calls `surefoot.cli.run`."""
    monkeypatch.chdir(command.folder)
    for name in [name for name in os.environ if name.startswith(("PG", "NO_COLOR"))]:
        monkeypatch.delenv(name)

    def run(*arguments: str, **environment: str) -> Outcome:
        with monkeypatch.context() as patch:
            patch.setattr(tempfile, "tempdir", command.environment["TMPDIR"])
            for name, value in (command.environment | environment).items():
                patch.setenv(name, value)
            capsys.readouterr()
            status = cli.run(list(arguments))
            return Outcome(status, *capsys.readouterr())

    return run
