"""Measure the budgets: Surefoot and another program do the same work in the same run; print the ratios.

Each row is the median of several turns, taken in alternation, on a fresh database each time.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from linting import lint_rows
from proving import fingerprint_row, prove_rows
from row import Row, timed

from surefoot.servers import Server, embedded

COUNT = 500
TURNS = 5
LATENCY_SECONDS = 0.002
SEED_BYTES = 100_000_000
MEMORY: dict[str, list[int]] = {}
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


def with_latency(server: Server, manifest: Path, script: Path) -> Row:
    """Apply all migrations through a proxy that adds a millisecond each way, beside psql through the same."""
    migrate = [str(BIN / "surefoot"), "migrate", "--manifest", str(manifest)]
    psql = [str(server.binaries / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script)]
    with slow_proxy(server, LATENCY_SECONDS / 2) as port:

        def ours() -> float:
            with fresh(server, "bench_ours"):
                return timed(migrate, DATABASE_URL=f"host=127.0.0.1 port={port} user=postgres dbname=bench_ours")

        def theirs() -> float:
            with fresh(server, "bench_theirs"):
                return timed([*psql, f"host=127.0.0.1 port={port} user=postgres dbname=bench_theirs"])

        what = f"the same with {LATENCY_SECONDS * 1000:.0f} ms of latency"
        return Row(what, "psql, one process", 0.5, *alternate(ours, theirs, 3))


def seed_of_inserts(server: Server, folder: Path) -> Iterator[Row]:
    """Apply 100 MB of INSERTs, beside psql with a commit for each, and beside psql in one transaction.

    For plain psql the server need not wait for the disk at each commit: that wait would measure the disk alone.
    """
    beside = "psql -f, synchronous_commit off"
    yield seed(server, folder, "INSERT", beside, 0.6, 1, options="-c synchronous_commit=off")
    yield seed(server, folder, "INSERT", "psql -1 -f", None, 1, "-1")


def seed(
    server: Server,
    folder: Path,
    kind: str,
    beside: str,
    budget: float | None,
    turns: int,
    *arguments: str,
    options: str = "",
) -> Row:
    """Apply one file of 100 MB, beside psql; both memories of ours are printed below the table."""
    project = folder / f"seed_{kind}"
    file = write_seed(project, kind)
    psql = [str(server.binaries / "psql"), "-X", "-q", *arguments, "-v", "ON_ERROR_STOP=1", "-f", str(file)]
    migrate = [str(BIN / "surefoot"), "migrate", "--manifest", str(project / "manifest.yaml")]

    def ours() -> float:
        with fresh(server, "bench_ours") as url, watched_backends(server, MEMORY.setdefault(f"{kind}: backend", [])):
            return timed(migrate, DATABASE_URL=url)

    def theirs() -> float:
        with fresh(server, "bench_theirs") as url:
            return timed([*psql, url], PGOPTIONS=options)

    row = Row(f"100 MB seed of {kind}", beside, budget, *alternate(ours, theirs, turns))
    with fresh(server, "bench_ours") as url:
        process = subprocess.Popen(
            migrate, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        usage = os.wait4(process.pid, 0)[2]
    MEMORY.setdefault(f"{kind}: client", []).append(usage.ru_maxrss // 1024)
    return row


def write_seed(project: Path, kind: str) -> Path:
    """Write a project of one migration with 100 MB of rows, as INSERTs or as COPY data."""
    for below in ("migrations", "rollbacks"):
        (project / below).mkdir(parents=True, exist_ok=True)
    table = "CREATE TABLE seed (id bigint, name text, born date, note text, amount numeric);\n"
    row = {
        "INSERT": "INSERT INTO seed VALUES ({n}, 'name of row {n}', '2024-01-01', NULL, {n}.5);\n",
        "COPY": "{n}\tname of row {n}\t2024-01-01\t\\N\t{n}.5\n",
    }[kind]
    file = project / "migrations/001_seed.sql"
    with file.open("w") as out:
        out.write(table + ("COPY seed FROM stdin;\n" if kind == "COPY" else ""))
        n = 0
        while out.tell() < SEED_BYTES:
            out.write("".join(row.format(n=number) for number in range(n, n + 10_000)))
            n += 10_000
        out.write("\\.\n" if kind == "COPY" else "")
    (project / "rollbacks/rollback_001.sql").write_text("DROP TABLE IF EXISTS seed;\n")
    (project / "manifest.yaml").write_text(
        "surefoot: 1\nname: seed\npostgres: 15\nmigrations:\n  - {file: 001_seed.sql, rollback: rollback_001.sql}\n"
    )
    return file


@contextmanager
def watched_backends(server: Server, peaks: list[int]) -> Iterator[None]:
    """Note the largest private memory, in MB, of any backend that serves Surefoot during a block."""
    stop = threading.Event()

    def watch() -> None:
        query = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'surefoot%'"
        with psycopg.connect(server.url, autocommit=True) as connection:
            while not stop.wait(0.1):
                for (pid,) in connection.execute(query).fetchall():
                    with suppress(OSError):
                        status = Path(f"/proc/{pid}/status").read_text()
                        peaks.extend(int(line.split()[1]) // 1024 for line in status.splitlines() if "RssAnon" in line)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def slow_proxy(server: Server, delay: float) -> Iterator[int]:
    """Listen on a port of this machine and pass bytes to the server and back, each way later by `delay` seconds."""
    host = str(psycopg.conninfo.conninfo_to_dict(server.url)["host"])
    loop = asyncio.new_event_loop()

    async def later(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(1 << 16):
            await asyncio.sleep(delay)
            writer.write(chunk)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.5432")
        with suppress(ConnectionError):
            await asyncio.gather(later(reader, back), later(there, writer))

    listener = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield int(listener.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def main() -> None:
    """Measure every row and print the table."""
    with tempfile.TemporaryDirectory(prefix="surefoot-bench-") as name, embedded(Path(name) / "server") as server:
        folder = Path(name)
        manifest, script = write_project(folder / "project"), write_script(folder / "all.sql")
        print("| what | beside | Surefoot | the other | ratio | budget | |\n|---|---|--:|--:|--:|--:|---|")
        print(many_small(server, manifest, script), flush=True)
        print(with_latency(server, manifest, script), flush=True)
        row = nothing_to_do(server, manifest, folder)
        if row is not None:
            print(row, flush=True)
        print(seed(server, folder, "COPY", "psql -1 -f", 1.1, 5, "-1"), flush=True)
        for row in seed_of_inserts(server, folder):
            print(row, flush=True)
        for row in lint_rows(folder / "lint"):
            print(row, flush=True)
        for row in prove_rows(folder / "prove"):
            print(row, flush=True)
        print(fingerprint_row(folder / "prove"), flush=True)
        for what, peaks in MEMORY.items():
            print(f"\nmemory of the 100 MB seed by {what}: {max(peaks, default=0)} MB (budget: 150 MB)")


if __name__ == "__main__":
    main()
