"""Where the database is, and a connection to it; a password never leaves this module."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg import conninfo

from surefoot.concealment import without_password
from surefoot.errors import ConnectionFailed
from surefoot_lint.errors import UsageError
from surefoot_lint.version import __version__

LIBPQ_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE")
TIMEOUT_IS_ELSEWHERE = ("PGCONNECT_TIMEOUT", "PGSERVICE")
CONNECT_TIMEOUT = "10"
# A server that vanishes is noticed within a minute (manual: libpq-connect-keepalives-idle; no effect on sockets).
KEEPALIVES = {
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
LOST = ("08", "57P")  # connection exceptions; shutdowns and crashes (manual: errcodes-appendix)
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
UNREADABLE_WORD = re.compile(r"invalid (?:port number|\w+ value)")  # libpq's words, before it looks for a server
STARTING = re.compile(r"starting up|shutting down|recovery mode|not yet accepting|too many", re.IGNORECASE)


class Target(NamedTuple):
    """A database to work on: its connection string, and where that came from."""

    conninfo: str
    origin: str
    can_wait: bool = True
    """Whether --wait speaks of it."""


def given_target(url: str | None, environment: Mapping[str, str]) -> Target | None:
    """Find the database that a person or the environment names, or nothing.

    In this order: the option, DATABASE_URL, libpq's own variables (manual: libpq-envars). Raises UsageError for an
    option that is empty: it would lead to another database.
    """
    if url is not None and not url.strip():
        raise UsageError(
            "--database-url is empty",
            why="it may be a variable that is not set",
            next_step="name the database: --database-url postgresql://…; or leave the option out",
        )
    if url:
        return Target(url, "--database-url")
    if environment.get("DATABASE_URL"):
        return Target(environment["DATABASE_URL"], "DATABASE_URL")
    named = [name for name in LIBPQ_VARIABLES if environment.get(name)]
    return Target("", named[0]) if named else None


def connect(target: Target, wait_seconds: float = 0) -> psycopg.Connection:
    """Connect in autocommit mode, trying again for a time while there is no server.

    Raises ConnectionFailed: no server, wrong password, no such database, unreadable connection string.
    """
    text = _complete(target)
    deadline = time.monotonic() + wait_seconds
    pause = FIRST_PAUSE
    while True:
        try:
            return psycopg.connect(text, autocommit=True, prepare_threshold=None)
        except psycopg.ProgrammingError:
            raise _unreadable(target) from None
        except psycopg.OperationalError as error:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or _is_final(str(error)):
                raise _failure(target, text, str(error), wait_seconds) from None
            time.sleep(min(pause, remaining))
            pause = min(2 * pause, LONGEST_PAUSE)


@contextmanager
def losing_explained() -> Iterator[None]:
    """Turn a connection that is lost within a block, or a question that the server stopped, into ConnectionFailed."""
    try:
        yield
    except psycopg.OperationalError as error:
        is_lost = error.sqlstate is None or error.sqlstate.startswith(LOST)
        what = "the connection was lost" if is_lost else f"the server answered no more [{error.sqlstate}]"
        advice = (
            "with --wait 30s" if is_lost else "once what it says is put right; SHOW ALL tells the role's own limits"
        )
        raise ConnectionFailed(
            f"{what}: {without_password(str(error)).strip().splitlines()[0]}",
            state="no migration was running",
            next_step=f"run the command again, {advice}",
        ) from error


@contextmanager
def unprepared(connection: psycopg.Connection) -> Iterator[None]:
    """Let psycopg prepare nothing for a block: the engine frees what is prepared after each migration."""
    threshold = connection.prepare_threshold
    connection.prepare_threshold = None
    try:
        yield
    finally:
        connection.prepare_threshold = threshold
        is_idle = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        if threshold is not None and is_idle:
            connection.execute("DEALLOCATE ALL")  # by its answer psycopg forgets what it had prepared before


def describe(connection: psycopg.Connection) -> str:
    """Say in words which database this is, and who asks."""
    info = connection.info
    place = f"{info.host}:{info.port}" if info.host else "a local socket"
    return f"{info.dbname} at {place} as {info.user} (PostgreSQL {info.server_version // 10000})"


def _complete(target: Target) -> str:
    """Add what Surefoot wants of every connection; what the person says wins."""
    ours = {"fallback_application_name": f"surefoot {__version__}"} | KEEPALIVES
    try:
        said = conninfo.conninfo_to_dict(target.conninfo)
    except psycopg.ProgrammingError:
        raise _unreadable(target) from None
    if "@" in str(said.get("host") or ""):  # the rest of a password that holds an @ of its own
        raise _unreadable(target)
    if not any(os.environ.get(name) for name in TIMEOUT_IS_ELSEWHERE) and "service" not in said:
        ours["connect_timeout"] = CONNECT_TIMEOUT
    pairs = ours | {key: str(value) for key, value in said.items()} | {"client_encoding": "UTF8"}
    return conninfo.make_conninfo(**pairs)


def _unreadable(target: Target) -> ConnectionFailed:
    """Refuse a connection string without showing it: what cannot be read may hold a password anywhere."""
    return ConnectionFailed(
        f"the connection string of {target.origin} cannot be read",
        why="it must be a URI or pairs of key=value as libpq knows them; odd characters of a password "
        "are written in a URI as %-codes",
        state="nothing was run",
        next_step="give it as postgresql://user:password@host:5432/database",
    )


def _is_final(message: str) -> bool:
    """Tell whether waiting cannot help: the server has answered, a password is missing, or a word of the string."""
    is_wrong = "no password supplied" in message or UNREADABLE_WORD.search(message)
    return bool(is_wrong) or ("FATAL" in message and not STARTING.search(message))


def _failure(target: Target, text: str, message: str, waited: float) -> ConnectionFailed:
    password = str(conninfo.conninfo_to_dict(text).get("password") or "")
    lines = [line.strip() for line in without_password(message).strip().splitlines()]
    said = "; ".join(line for line in lines if line).removeprefix("connection failed: ")
    if password:
        said = said.replace(password, "***")
    advice = "correct the password: in the URL, in PGPASSWORD or in ~/.pgpass"
    if not _is_final(message):
        waiting = f", or wait for it: --wait {int(waited) * 2 or 30}s"
        advice = f"start the server{waiting if target.can_wait else ', and run it again'}"
    elif "password" not in message:
        advice = f"look at what {target.origin} names"
    return ConnectionFailed(
        f"cannot connect: {said}",
        why=f"the database is named by {target.origin}",
        state="nothing was run",
        next_step=advice,
    )
