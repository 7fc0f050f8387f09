"""A cluster of Debian's PostgreSQL 15, which can be killed, and a fresh database on it for each test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fix_command import wait_until
from psycopg import sql

from surefoot.servers import PLATFORMS

BINARIES = Path("/usr/lib/postgresql/15/bin")
ACCOUNT = "postgres"  # Debian's package makes it
GUARDED = "guarded"  # the one role that needs a password
MISSING = f"{BINARIES} is not there: run tests/system/install.sh, or make test-system"


def account() -> dict[str, Any]:
    """Whom servers run as, in the words of `subprocess`: not root, as which they refuse to run."""
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}


def give(path: Path) -> None:
    """Make a folder the servers' own."""
    if os.geteuid() == 0:
        entry = pwd.getpwnam(ACCOUNT)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Debian:
    """A data folder of PostgreSQL 15 and its server, which writes to disk as one in production does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        give(folder)
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        rules = self.data / "pg_hba.conf"
        rules.write_text(f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        self._launch()
        self.recover()

    def recover(self) -> None:
        """Wait until it takes connections; if it has died, start it, until the last one's processes have gone."""
        wait_until(self._is_ready)

    def stop(self) -> None:
        """Stop it at once, whoever is connected; there need be no server."""
        if self.process is not None and self.process.poll() is None:
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "immediate")
            self.process.wait()

    def kill(self) -> None:
        """Kill the postmaster; its children notice, and end."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def url(self, database: str) -> str:
        """Say how to reach a database of it, without encryption, so that a proxy can follow."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}?sslmode=disable&gssencmode=disable"

    def _launch(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(BINARIES / "postgres", "-D", self.data, "-h", "127.0.0.1", "-p", str(self.port)),
                    *("-k", self.folder, "-c", "max_connections=200", "-c", "timezone=UTC"),
                ],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **account(),
            )

    def _is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            self._launch()
            return False
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [BINARIES / program, *arguments], cwd=self.folder, capture_output=True, check=False, **account()
        )
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def cluster(parent: Path | None = None) -> Iterator[Debian]:
    """Make a cluster in a folder that goes with it, and serve it for a block."""
    assert BINARIES.is_dir(), MISSING
    folder = Path(tempfile.mkdtemp(prefix="surefoot-15-", dir=parent))
    server = None
    try:
        server = Debian(folder)
        server.start()
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def debian() -> Iterator[Debian]:
    """The server of this session."""
    with cluster() as server:
        yield server


@cache
def _template(debian: Debian) -> str:
    """Make a database with what a Supabase project provides, to be copied."""
    with psycopg.connect(debian.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE platform TEMPLATE template0")
    with psycopg.connect(debian.url("platform")) as connection:
        connection.execute((PLATFORMS / "supabase.sql").read_bytes())
    return "platform"


@contextmanager
def fresh_database(debian: Debian, template: str = "template0") -> Iterator[str]:
    """Make a database, and drop it whoever is still connected."""
    name = f"test_{uuid4().hex[:12]}"
    identifiers = (sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(debian.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*identifiers))
    try:
        if template != "template0":  # what ALTER DATABASE has set is not copied with a template
            with psycopg.connect(debian.url(template), autocommit=True) as connection:
                connection.execute(sql.SQL("ALTER DATABASE {} SET search_path FROM CURRENT").format(identifiers[0]))
        yield debian.url(name)
    finally:
        with psycopg.connect(debian.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifiers[0]))


@pytest.fixture
def database_url(debian: Debian) -> Iterator[str]:
    """The connection string of an empty database."""
    with fresh_database(debian) as url:
        yield url


@pytest.fixture
def supabase_url(debian: Debian) -> Iterator[str]:
    """The connection string of a database with what a Supabase project provides."""
    with fresh_database(debian, _template(debian)) as url:
        yield url


@pytest.fixture
def admin(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection beside those of the runner, in autocommit mode: to look, to block, to end sessions."""
    with psycopg.connect(database_url, autocommit=True, application_name="the test") as connection:
        yield connection
