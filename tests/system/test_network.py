"""When a host vanishes, with its network, it sends nothing more, not even that it is gone: who waits, must ask."""

from __future__ import annotations

import os
import socket

import psycopg
from fix_command import Run
from fix_project import ProjectFolder

from surefoot.connection import Target, connect

LONGEST_SILENCE_SECONDS = 120


def test_the_server_notices(folder: ProjectFolder, run: Run, admin: psycopg.Connection) -> None:
    """The session that holds the lock ends minutes after its runner's host has vanished, not hours."""
    settings = "SELECT name, setting::int FROM pg_settings WHERE name LIKE 'tcp_keepalives%'"
    folder.add("001_t.sql", f"CREATE TABLE t AS {settings};")
    folder.save()
    assert run("migrate").status == 0
    kept: dict[str, int] = dict(admin.execute("SELECT name, setting FROM t").fetchall())
    silence = kept["tcp_keepalives_idle"] + kept["tcp_keepalives_interval"] * kept["tcp_keepalives_count"]
    assert 0 < silence <= LONGEST_SILENCE_SECONDS


def test_the_runner_notices(database_url: str) -> None:
    """A runner does not wait for hours for the answer of a server that has vanished."""
    with (
        connect(Target(database_url, "the test")) as connection,
        socket.socket(fileno=os.dup(connection.fileno())) as ours,
    ):
        idle, interval, probes = (
            ours.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        )
        assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert idle + interval * probes <= LONGEST_SILENCE_SECONDS
        assert 0 < ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= LONGEST_SILENCE_SECONDS * 1000
