"""At a terminal: questions, colours and lines that move."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import subprocess
import termios
from functools import partial

import click
import psutil  # type: ignore[import-untyped]
import psycopg
import pytest
from fix_command import PATIENCE_SECONDS, PROGRAM, Command, wait_until
from fix_contents import tables
from fix_project import ProjectFolder

import surefoot


def at_terminal(command: Command, *arguments: str, answer: str = "", **environment: str) -> tuple[int, str]:
    """Run it at a terminal, answer its question, and give the status and all that the terminal showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [PROGRAM, *arguments],
        cwd=command.folder,
        env=command.environment | {"TERM": "xterm"} | environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=partial(fcntl.ioctl, theirs, termios.TIOCSCTTY, 0),  # so that ^C becomes a signal
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := read_terminal(ours):
                shown += chunk
                if answer and b"[y/N]: " in shown:
                    # A ^C between the question and the reading of the answer would be lost: Python looks later.
                    wait_until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_SLEEPING)
                    os.write(ours, answer.encode())
                    answer = ""
        except BaseException:
            process.kill()
            raise
    os.close(ours)
    return process.returncode, shown.decode().replace("\r\n", "\n")


def read_terminal(terminal: int) -> bytes:
    """Read what a terminal shows, or nothing when nobody is left to write to it."""
    ready, _, _ = select.select([terminal], [], [], PATIENCE_SECONDS)
    assert ready, "nothing was shown for a minute"
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


@pytest.mark.parametrize(
    ("answer", "status", "last", "left"),
    [
        ("y\n", 0, "1 rolled back; 1 stay applied", ["a"]),
        ("n\n", 0, "nothing was changed", ["a", "b"]),
        ("\n", 0, "nothing was changed", ["a", "b"]),
        ("\x03", 130, "state: nothing was run", ["a", "b"]),
        ("\x04", 130, "state: nothing was run", ["a", "b"]),
    ],
    ids=["yes", "no", "return", "ctrl-C", "ctrl-D"],
)
def test_consent_is_asked_at_a_terminal(
    two: ProjectFolder,
    command: Command,
    connection: psycopg.Connection,
    answer: str,
    status: int,
    last: str,
    left: list[str],
) -> None:
    surefoot.migrate(two.load(), connection)
    got, shown = at_terminal(command, "rollback", answer=answer)
    assert got == status
    assert "  table public.b (2 rows)\nGo on? [y/N]: " in shown
    assert click.unstyle(shown.splitlines()[-1]) == last
    assert tables(connection) == left


def test_colours_are_for_terminals_that_want_them(two: ProjectFolder, command: Command) -> None:
    _, coloured = at_terminal(command, "status")
    _, plain = at_terminal(command, "status", NO_COLOR="1")
    assert "\x1b[33mpending" in coloured
    assert "\x1b" not in plain
    assert "\x1b" not in command("status").out


def test_a_run_at_a_terminal_ends_with_its_lines(two: ProjectFolder, command: Command) -> None:
    status, shown = at_terminal(command, "migrate")
    assert status == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert "  applied  001_a  " in plain
    assert plain.rstrip().splitlines()[-1] == "2 applied; 2 in all"
