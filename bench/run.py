"""Measure the budgets: Surefoot and another program do the same work in the same run; print the ratios.

Each row is the median of several turns, taken in alternation, on a fresh database each time.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from surefoot.servers import Server, embedded

COUNT = 500
TURNS = 5
BIN = Path(sys.executable).parent
MIGRATION = """\
CREATE TABLE IF NOT EXISTS table_{n} (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL DEFAULT 'plain',
    amount numeric(12, 2),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz
);
CREATE INDEX IF NOT EXISTS table_{n}_name ON table_{n} (name);
CREATE INDEX IF NOT EXISTS table_{n}_created_at ON table_{n} (created_at);
COMMENT ON TABLE table_{n} IS 'Table number {n}';
"""
PSQL_LEDGER = "CREATE TABLE ledger (number int PRIMARY KEY, name text, applied_at timestamptz DEFAULT now());\n"


@dataclass(frozen=True)
class Row:
    """One line of the result: what was done, by whom, the budget as a ratio, and the seconds of both."""

    what: str
    beside: str
    budget: float
    ours: float
    theirs: float

    def __str__(self) -> str:
        """Write the line as Markdown."""
        ratio = self.ours / self.theirs
        verdict = "within" if ratio <= self.budget else "over"
        return (
            f"| {self.what} | {self.beside} | {self.ours * 1000:.0f} ms | {self.theirs * 1000:.0f} ms "
            f"| {ratio:.2f} | {self.budget:.2f} | {verdict} |"
        )


def timed(command: list[str], **environment: str) -> float:
    """Run a program and give the seconds it took; it must succeed."""
    began = time.perf_counter()
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return seconds


@contextmanager
def fresh(server: Server, name: str) -> Iterator[str]:
    """Make an empty database for a block."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield server.database_url(name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def write_project(folder: Path) -> Path:
    """Write a project of small migrations, and give its manifest."""
    lines = ["surefoot: 1", "name: bench", "postgres: 15", "migrations:"]
    for below in ("migrations", "rollbacks"):
        (folder / below).mkdir(parents=True)
    for n in range(1, COUNT + 1):
        (folder / f"migrations/{n:04}_table.sql").write_text(MIGRATION.format(n=n))
        (folder / f"rollbacks/rollback_{n:04}.sql").write_text(f"DROP TABLE IF EXISTS table_{n};\n")
        lines += [f"  - file: {n:04}_table.sql", f"    rollback: rollback_{n:04}.sql"]
    manifest = folder / "manifest.yaml"
    manifest.write_text("\n".join(lines) + "\n")
    return manifest


def write_script(path: Path) -> Path:
    """Write the same work for psql: BEGIN, the file, a row of a ledger, COMMIT."""
    parts = [PSQL_LEDGER]
    for n in range(1, COUNT + 1):
        row = f"INSERT INTO ledger (number, name) VALUES ({n}, '{n:04}_table');\n"
        parts.append(f"BEGIN;\n{MIGRATION.format(n=n)}{row}COMMIT;\n")
    path.write_text("".join(parts))
    return path


def alternate(ours: Callable[[], float], theirs: Callable[[], float], turns: int = TURNS) -> tuple[float, float]:
    """Measure two programs in turns and give the medians."""
    pairs = [(ours(), theirs()) for _ in range(turns)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def many_small(server: Server, manifest: Path, script: Path) -> Row:
    """Apply all migrations, beside one psql process."""
    migrate = [str(BIN / "surefoot"), "migrate", "--manifest", str(manifest)]
    psql = [str(server.binaries / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script)]

    def ours() -> float:
        with fresh(server, "bench_ours") as url:
            return timed(migrate, DATABASE_URL=url)

    def theirs() -> float:
        with fresh(server, "bench_theirs") as url:
            return timed([*psql, url])

    return Row(f"apply {COUNT} small migrations", "psql, one process", 1.0, *alternate(ours, theirs))


def nothing_to_do(server: Server, manifest: Path, folder: Path) -> Row | None:
    """Find nothing to do with all applied, beside dbmate where npm can install it."""
    dbmate = find_dbmate(folder)
    if dbmate is None:
        print("dbmate could not be installed from npm: that row is left out", file=sys.stderr)
        return None
    files = folder / "dbmate"
    files.mkdir()
    for n in range(1, COUNT + 1):
        text = f"-- migrate:up\n{MIGRATION.format(n=n)}\n-- migrate:down\nDROP TABLE table_{n};\n"
        (files / f"{n:04}_table.sql").write_text(text)
    with fresh(server, "bench_ours") as our_url, fresh(server, "bench_theirs") as their_url:
        socket = psycopg.conninfo.conninfo_to_dict(their_url)["host"]
        url = f"postgres://postgres@/bench_theirs?host={socket}&sslmode=disable"
        up = [str(dbmate), "--url", url, "--migrations-dir", str(files), "--no-dump-schema", "migrate"]
        migrate = [str(BIN / "surefoot"), "migrate", "--manifest", str(manifest)]
        timed(migrate, DATABASE_URL=our_url)
        timed(up)
        medians = alternate(lambda: timed(migrate, DATABASE_URL=our_url), lambda: timed(up), 15)
    return Row(f"nothing to do, {COUNT} applied", "dbmate migrate", 1.5, *medians)


def find_dbmate(folder: Path) -> Path | None:
    """Install dbmate from npm into the bench's folder."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    subprocess.run([npm, "install", "--silent", "--prefix", str(folder), "dbmate"], capture_output=True, check=False)
    return next(iter(folder.glob("node_modules/@dbmate/*/bin/dbmate")), None)


def main() -> None:
    """Measure every row and print the table."""
    with tempfile.TemporaryDirectory(prefix="surefoot-bench-") as name, embedded(Path(name) / "server") as server:
        folder = Path(name)
        manifest, script = write_project(folder / "project"), write_script(folder / "all.sql")
        print("| what | beside | Surefoot | the other | ratio | budget | |\n|---|---|--:|--:|--:|--:|---|")
        print(many_small(server, manifest, script), flush=True)
        row = nothing_to_do(server, manifest, folder)
        if row is not None:
            print(row)


if __name__ == "__main__":
    main()
