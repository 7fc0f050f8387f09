"""A server of our own for the tests, and a fresh database on it for each test that asks for one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from pytest_postgresql.executors import NoopExecutor
from pytest_postgresql.janitor import DatabaseJanitor

from surefoot.servers import Server, embedded, ensure_database

PLAIN = "fresh"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The embedded server, in a folder of this session (of this worker, under pytest-xdist).

    Not in pytest's folder: that is closed to other users, and the next pytest of the same user closes it again.
    """
    with TemporaryDirectory(prefix="surefoot-") as folder, embedded(Path(folder)) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server


def executor_of(server: Server, name: str, platform: str | None) -> NoopExecutor:
    """Say where the server is in pytest-postgresql's words, and make the template of the tests' databases."""
    parts = conninfo_to_dict(server.url)
    executor = NoopExecutor(
        host=str(parts["host"]), port=str(parts["port"]), user=str(parts["user"]), options="", dbname=name
    )
    ensure_database(server, executor.template_dbname, platform)
    return executor


@pytest.fixture(scope="session")
def postgresql_noproc(server: Server) -> NoopExecutor:
    """The server for pytest-postgresql, with an empty template."""
    return executor_of(server, PLAIN, None)


@pytest.fixture(scope="session")
def supabase_noproc(server: Server) -> NoopExecutor:
    """The server for pytest-postgresql, with a template of what a Supabase project provides."""
    return executor_of(server, "fresh_supabase", "supabase")


@contextmanager
def fresh_database(server: Server, executor: NoopExecutor) -> Iterator[str]:
    """Make a database from the template, and drop it whoever is still connected."""
    janitor = DatabaseJanitor(
        host=executor.host,
        port=executor.port,
        user=executor.user,
        dbname=executor.dbname,
        template_dbname=executor.template_dbname,
    )
    with janitor:
        if executor.dbname != PLAIN:  # what ALTER DATABASE has set is not copied with a template
            with psycopg.connect(server.database_url(executor.template_dbname), autocommit=True) as template:
                fresh = sql.Identifier(executor.dbname)
                template.execute(sql.SQL("ALTER DATABASE {} SET search_path FROM CURRENT").format(fresh))
        yield server.database_url(executor.dbname)


@pytest.fixture
def database_url(server: Server, postgresql_noproc: NoopExecutor) -> Iterator[str]:
    """The connection string of an empty database."""
    with fresh_database(server, postgresql_noproc) as url:
        yield url


@pytest.fixture
def supabase_url(server: Server, supabase_noproc: NoopExecutor) -> Iterator[str]:
    """The connection string of a database with what a Supabase project provides."""
    with fresh_database(server, supabase_noproc) as url:
        yield url


def psql(server: Server, url: str, text: str) -> None:
    """Run a text by the real psql, as a DBA would."""
    command = [str(server.binaries / "psql"), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", "-", url]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)
    noise = [line for line in done.stderr.splitlines() if "NOTICE" not in line]
    assert (done.returncode, noise) == (0, [])
