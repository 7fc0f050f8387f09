"""A scratch server that somebody names by its URL: one prover at a time, and all is put back when it has ended."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from surefoot.connection import Target, connect, losing_explained
from surefoot.scratch.databases import PREFIX, Databases, Scratch
from surefoot.scratch.roles import Roles, put_back, read_roles
from surefoot_lint.errors import UsageError

OPTION = "--scratch-url"
PAUSE = 0.2
LOCK = "SELECT pg_try_advisory_lock(hashtext('surefoot_scratch'))"
MARKER = f"{PREFIX}roles"
MARKED = """
SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s
"""
STALE = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"


@dataclass(frozen=True, slots=True)
class Given:
    """A server by a URL; whichever database that names, `postgres` is used for maintenance: a lock is a database's."""

    url: str
    version: str
    major: int
    warning: str | None

    @property
    def origin(self) -> str:
        """Say in words what it is, without its URL, which may hold a password."""
        return f"PostgreSQL {self.version} of {OPTION}"

    @contextmanager
    def opened(self, waiting: Callable[[], None]) -> Iterator[Databases]:
        """Have the server for a block; `waiting` is called once if another prover is at work there.

        Databases and roles that a killed prover has left are removed first. Raises ConnectionFailed.
        """
        with losing_explained(), connect(_target(self.url)) as admin:
            _take_turn(admin, waiting)
            _clean(admin)
            before = read_roles(admin)
            _mark(admin, before)
            databases = Databases(Scratch(self.url, self.origin), admin)
            try:
                yield databases
            finally:
                _clean(admin)


def given(url: str, major: int) -> Given:
    """Ask a server for its version; it must let us do all. Raises ConnectionFailed, UsageError."""
    if not url.strip():  # libpq would take PGHOST, or a server of this machine
        raise UsageError(
            f"{OPTION} is empty",
            why="it may be a variable that is not set",
            next_step="name a server for trials; or leave it out, for a server of our own",
        )
    with connect(_target(url)) as connection:
        row = connection.execute("SELECT current_setting('is_superuser'), current_setting('server_version')").fetchone()
        assert row is not None
        is_superuser, version = row
        theirs = connection.info.server_version // 10000
    if is_superuser != "on":
        raise UsageError(
            f"the role of {OPTION} is no superuser",
            why="it must make databases and event triggers, and run what migrations of all kinds do",
            next_step="name a server for trials and its superuser; or leave it out, for a server of our own",
        )
    warning = f"the scratch server is PostgreSQL {theirs}, the manifest says {major}" if theirs != major else None
    return Given(url, version.split()[0], theirs, warning)


def _target(url: str) -> Target:
    try:
        return Target(make_conninfo(url, dbname="postgres"), OPTION, can_wait=False)
    except psycopg.ProgrammingError:
        return Target(url, OPTION, can_wait=False)  # to be refused, with what is wrong


def _take_turn(admin: psycopg.Connection, waiting: Callable[[], None]) -> None:
    """Wait for our turn: roles belong to the whole server. The lock ends with the connection."""
    is_told = False
    while not (row := admin.execute(LOCK).fetchone()) or not row[0]:
        if not is_told:
            waiting()
            is_told = True
        time.sleep(PAUSE)


def _mark(admin: psycopg.Connection, before: Roles) -> None:
    """Write down how the roles stood, so that the next prover can put them back if we are killed."""
    marker = sql.Identifier(MARKER)
    admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 CONNECTION LIMIT 0").format(marker))
    admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(marker, sql.Literal(before.text())))


def _clean(admin: psycopg.Connection) -> None:
    """Drop what a prover has made on the server, and put the roles back as they were when it was marked."""
    marked = admin.execute(MARKED, [MARKER]).fetchone()
    for (name,) in admin.execute(STALE, [PREFIX]).fetchall():
        if name != MARKER:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    if marked is not None:
        if marked[0]:
            put_back(admin, Roles.of(json.loads(marked[0])))
        admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(MARKER)))
