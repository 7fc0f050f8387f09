"""How long the prover takes, beside the same proof made with one psql and pg_dump -s, each on a server of its own."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from linting import write_things
from row import Row, timed

from surefoot.catalog import fingerprint
from surefoot.programs import fitting, installed
from surefoot.scratch import find
from surefoot.scratch.local import Local
from surefoot.servers import load_platform
from surefoot_lint.project import Migration, Project

ROOT = Path(__file__).parent.parent
SUREFOOT = str(Path(sys.executable).with_name("surefoot"))
BESIDE = "psql and pg_dump -s"
BUDGET = 0.25
TURNS = 3
THINGS = 100
READINGS = 20
# One psql for all files. pg_dump 15.14 and later write a line with a key that is another each time.
DUMP = r"\! {pg_dump} -s {url!r} | grep -v '^.\(un\)\?restrict ' >{dump}"
DATABASE = "by_hand"


def prove_rows(folder: Path) -> Iterator[Row]:
    """Measure whole processes: all migrations of this repository, and a hundred that grow to a hundred tables."""
    write_things(folder / "things", THINGS)
    for what, manifest in (
        ("this repository's", ROOT / "manifest.yaml"),
        ("a growing project's", folder / "things/manifest.yaml"),
    ):
        project = Project.load(manifest)
        ours, theirs = [], []
        for _ in range(TURNS):
            ours.append(timed([SUREFOOT, "prove", "--all", "--no-cache", "--manifest", str(manifest)]))
            theirs.append(by_hand(project, folder))
        count = len(project.migrations)
        row = Row(f"prove {what} {count} migrations", BESIDE, BUDGET, *map(statistics.median, (ours, theirs)))
        yield row
        yield Row("the same, by migration", BESIDE, None, row.ours / count, row.theirs / count)


def by_hand(project: Project, folder: Path) -> float:
    """Prove all migrations by psql and pg_dump -s, and give the seconds, with those of the server's start and end."""
    began = time.perf_counter()
    server = find(project.manifest.postgres, None)
    assert isinstance(server, Local)
    with server.opened() as databases:
        databases.admin.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")
        url = databases.scratch.database_url(DATABASE)
        if project.manifest.platform:
            load_platform(url, project.manifest.platform)
        programs = _programs(server.programs.major)
        script = folder / "by_hand.sql"
        script.write_text("".join(_rounds(project, programs / "pg_dump", url, folder)))
        psql = [str(programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script), url]
        subprocess.run(psql, check=True, capture_output=True)
    _compare(project, folder)
    return time.perf_counter() - began


def _programs(major: int) -> Path:
    programs = fitting(installed("psql", "pg_dump"), major)
    assert programs is not None
    return programs.folder


def _rounds(project: Project, pg_dump: Path, url: str, folder: Path) -> Iterator[str]:
    """Write the rounds for psql: forward, again, back, back again, once more; a dump after each that counts."""
    yield DUMP.format(pg_dump=pg_dump, url=url, dump=folder / "0") + "\n"
    for number, migration in enumerate(project.migrations):
        yield "RESET ALL;\n"
        for phase, path in _files(project, migration):
            yield f"BEGIN;\n\\i {path}\nCOMMIT;\n"
            if phase:
                yield DUMP.format(pg_dump=pg_dump, url=url, dump=folder / f"{number}-{phase}") + "\n"


def _files(project: Project, migration: Migration) -> list[tuple[str, Path]]:
    forward, rollback = migration.source.path, project.rollback_of(migration)
    assert rollback is not None
    return [
        ("forward", forward),
        ("again", forward),
        ("back", rollback.path),
        ("", rollback.path),
        ("once-more", forward),
    ]


def _compare(project: Project, folder: Path) -> None:
    """Compare the dumps as a proof must."""
    before = (folder / "0").read_bytes()
    for number, migration in enumerate(project.migrations):
        forward, again, back, once_more = (
            (folder / f"{number}-{phase}").read_bytes() for phase in ("forward", "again", "back", "once-more")
        )
        if not forward == again == once_more or back != before:
            print(f"by hand, {migration.name} differs", file=sys.stderr)
        before = once_more


def fingerprint_row(folder: Path) -> Row:
    """Measure one fingerprint of a hundred tables on an open connection, beside pg_dump -s."""
    project = Project.load(folder / "things/manifest.yaml")
    server = find(project.manifest.postgres, None)
    assert isinstance(server, Local)
    with server.opened() as databases:
        name = databases.make(None)
        url = databases.scratch.database_url(name)
        with psycopg.connect(url, autocommit=True) as connection:
            for migration in project.migrations:
                connection.execute(migration.source.read().encode())
            fingerprint(connection)
            ours = []
            for _ in range(READINGS):
                began = time.perf_counter()
                fingerprint(connection)
                ours.append(time.perf_counter() - began)
        pg_dump = [str(_programs(server.programs.major) / "pg_dump"), "-s", "-f", str(folder / "dump.sql"), url]
        theirs = [timed(pg_dump) for _ in range(TURNS)]
    return Row(
        f"fingerprint of {THINGS} tables", "pg_dump -s", None, statistics.median(ours), statistics.median(theirs)
    )
