"""The projects below examples/: where they are, how one is applied, and whether each of its files goes both ways."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from fix_command import PROGRAM, bare_environment
from fix_dump import dump
from fix_server import executor_of
from pytest_postgresql.executors import NoopExecutor

import surefoot
from surefoot.connection import Target, connect
from surefoot.servers import Server
from surefoot_lint.source import Source

FOLDER = Path(__file__).parent.parent / "examples"
EXAMPLES = sorted(manifest.parent.name for manifest in FOLDER.glob("*/manifest.yaml"))


def url_of(request: pytest.FixtureRequest, project: surefoot.Project) -> str:
    """Give a fresh database of the platform that a project is made for."""
    url = request.getfixturevalue("supabase_url" if project.manifest.platform == "supabase" else "database_url")
    assert isinstance(url, str)
    return url


def load(name: str) -> surefoot.Project:
    """Read an example."""
    return surefoot.Project.load(FOLDER / name / "manifest.yaml")


def copied(name: str, folder: Path) -> Path:
    """Copy an example, for a test that changes it; give its manifest."""
    shutil.copytree(FOLDER / name, folder / name, ignore=shutil.ignore_patterns(".surefoot"))
    return folder / name / "manifest.yaml"


def applied(name: str, url: str, to: str | None = None) -> surefoot.Run:
    """Apply an example to a database."""
    with connect(Target(url, "the test")) as connection:
        return surefoot.migrate(load(name), connection, to=to)


def seeded(name: str, url: str) -> None:
    """Run the seeds of an example."""
    with connect(Target(url, "the test")) as connection:
        surefoot.seed(load(name), connection)


def typed(folder: Path, url: str, binaries: Path) -> str:
    """Type the bash blocks of an example's README, one after the other, and give what was said."""
    blocks = re.findall(r"^```bash\n(.*?)^```$", (folder / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    path = os.pathsep.join([str(PROGRAM.parent), str(binaries), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", "set -e\n" + "\n".join(blocks)],
        cwd=folder,
        env=bare_environment(folder.parent) | {"PATH": path, "DATABASE_URL": url},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def ready(server: Server) -> Callable[[str], NoopExecutor]:
    """Make templates of databases to which an example was applied, with its seeds: each once."""

    @cache
    def ready(name: str) -> NoopExecutor:
        executor = executor_of(server, name.replace("-", "_"), load(name).manifest.platform)
        url = server.database_url(executor.template_dbname)
        applied(name, url)
        seeded(name, url)
        return executor

    return ready


def go_both_ways(project: surefoot.Project, binaries: Path, url: str) -> int:
    """Apply each migration, again, undo it, again, and apply it: the schema is each time what it must be.

    Files are run as psql runs them: a second time is none that the ledger would allow. Gives how many there were.
    """

    def ran(source: Source | None, is_transaction: bool) -> str:
        assert source is not None
        mode = ["--single-transaction"] if is_transaction else []
        done = subprocess.run(
            [binaries / "psql", "-X", "-q", *mode, "-v", "ON_ERROR_STOP=1", "-f", source.path, url],
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{source.shown}: {done.stderr}"
        return dump(binaries, url)

    before = dump(binaries, url)
    for migration in project.migrations:
        forward, backward = migration.source, project.rollback_of(migration)
        transaction = migration.entry.transaction
        after = ran(forward, transaction)
        assert ran(forward, transaction) == after, f"{migration} again"
        assert ran(backward, transaction) == before, f"{migration} back"
        assert ran(backward, transaction) == before, f"{migration} back again"
        assert ran(forward, transaction) == after, f"{migration} forward after back"
        before = after
    return len(project.migrations)
