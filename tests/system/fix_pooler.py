"""PgBouncer in transaction mode, in front of a test's database."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from fix_command import wait_until
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from system.fix_debian import account, free_port, give

PROGRAM = Path("/usr/sbin/pgbouncer")
CONFIGURATION = """\
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen_port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
admin_users = {user}
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
"""


@dataclass(frozen=True, slots=True)
class Pooler:
    """A running PgBouncer; `url` leads through it to the test's database, by one of `size` backends."""

    url: str
    size: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Kill it; it can tell neither its clients nor the server."""
        self.process.kill()
        self.process.wait()

    def waiting(self) -> int:
        """Count the clients that wait for a backend."""
        console = make_conninfo(self.url, dbname="pgbouncer")
        with psycopg.connect(console, autocommit=True, row_factory=dict_row) as connection:
            return sum(int(pool["cl_waiting"]) for pool in connection.execute("SHOW POOLS"))


@contextmanager
def pooling(database_url: str, size: int = 4) -> Iterator[Pooler]:
    """Serve a database through a pool of a few backends for a block."""
    parts, port = conninfo_to_dict(database_url), free_port()
    with tempfile.TemporaryDirectory(prefix="surefoot-pgbouncer-") as name:
        folder = Path(name)
        give(folder)
        configuration = folder / "pgbouncer.ini"
        configuration.write_text(CONFIGURATION.format(listen_port=port, size=size, **parts))
        configuration.chmod(0o644)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [PROGRAM, configuration], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, **account()
            )
        url = make_conninfo(database_url, port=port)

        def is_ready() -> bool:
            assert process.poll() is None, (folder / "log").read_text()
            try:
                psycopg.connect(url).close()
            except psycopg.OperationalError:
                return False
            return True

        try:
            wait_until(is_ready)
            yield Pooler(url, size, process)
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def pooler(database_url: str) -> Iterator[Pooler]:
    """PgBouncer in front of the test's database."""
    with pooling(database_url) as pooler:
        yield pooler
