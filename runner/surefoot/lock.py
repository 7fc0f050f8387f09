"""One runner at a time: a session advisory lock on the ledger's name, or behind a pooler a lease in the ledger.

A pooler in transaction mode gives each transaction any backend, so a session's lock would stay on a backend that
others use. The lease is a row with a token that goes up; it ends by itself when its holder stops putting it off.
"""

from __future__ import annotations

import hashlib
import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from psycopg import sql

from surefoot.errors import LockNotTaken
from surefoot.events import Listener, LockWaited
from surefoot.ledger import RIGHTS_MISSING, Ledger
from surefoot.side import Side

T = TypeVar("T")
LEASE_SECONDS = 30.0

LONGEST_WAIT_SECONDS = 600.0
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
SAY_AGAIN_SECONDS = 10.0
# A machine that vanishes must not keep the lock for the two hours that are an operating system's default.
KEEPALIVES = ("SET tcp_keepalives_idle = 30", "SET tcp_keepalives_interval = 10", "SET tcp_keepalives_count = 3")
NO_KEEPALIVES = ("RESET tcp_keepalives_idle", "RESET tcp_keepalives_interval", "RESET tcp_keepalives_count")

# classid and objid are the two halves of the key (manual: view-pg-locks).
HOLDER = """
SELECT concat_ws(', ',
    'pid ' || l.pid,
    'role ' || a.usename,
    'application ' || nullif(a.application_name, ''),
    'from ' || coalesce(nullif(a.client_hostname, ''), host(a.client_addr), 'a local socket'),
    'connected since ' || to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'))
FROM pg_locks AS l
LEFT JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.classid::bigint << 32 | l.objid::bigint) = %s
"""


TAKE_LEASE = """
UPDATE {} SET token = token + 1, holder = %(holder)s,
    expires_at = clock_timestamp() + %(seconds)s * interval '1 second'
WHERE (holder IS NULL OR expires_at < clock_timestamp()) AND pg_try_advisory_xact_lock(%(key)s) RETURNING token
"""
RENEW_LEASE = "UPDATE {} SET expires_at = clock_timestamp() + $1 * interval '1 second' WHERE token = $2 RETURNING token"
RELEASE_LEASE = "UPDATE {} SET holder = NULL, expires_at = '-infinity' WHERE token = %(token)s"
END_LEASE = "UPDATE {} SET token = token + 1, holder = NULL, expires_at = '-infinity' WHERE holder IS NOT NULL"
LOOK_AT_LEASE = """
SELECT holder, extract(epoch FROM expires_at - clock_timestamp()) FROM {}
WHERE holder IS NOT NULL AND expires_at >= clock_timestamp()
"""


def lock_key(project: str, schema: str) -> int:
    """Compute the key of a ledger's lock, a signed 64-bit number, from the project's and the schema's name."""
    digest = hashlib.sha256(f"surefoot:{project}:{schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@dataclass(slots=True)
class Hold:
    """The lock of a ledger that is held; `lease_token` is nothing for a session's own lock.

    Where the server `notices_lost_client`, a statement whose client was killed ends within two seconds. `session`
    are the statements that set what the session keeps from one migration to the next.
    """

    key: int
    side: Side
    lease_token: int | None = None
    renewal: str = ""
    renewed: float = 0.0
    notices_lost_client: bool = False
    session: tuple[str, ...] = ()

    @property
    def is_pooled(self) -> bool:
        """Tell whether each transaction may get another backend."""
        return self.lease_token is not None

    def tick(self) -> None:
        """Put the lease off, if it is time to. Call it often while anything long goes on."""
        if self.is_pooled and time.monotonic() - self.renewed > LEASE_SECONDS / 6:
            self.renewed = time.monotonic()
            self.side.ask(self.renewal, [LEASE_SECONDS, self.lease_token or 0])

    def assure(self, connection: psycopg.Connection) -> None:
        """Put the lease off at once, before a statement that no transaction protects. Raises LockNotTaken."""
        if not self.is_pooled:
            return
        query = self.renewal.replace("$1", str(LEASE_SECONDS)).replace("$2", str(self.lease_token))
        if connection.execute(query.encode()).fetchone() is None:
            raise LockNotTaken(
                "the lease of the ledger was lost",
                why="it was not put off in time, and another run has taken it",
                next_step="run the command again",
            )


def is_pooled(connection: psycopg.Connection) -> bool:
    """Tell whether a pooler stands between: the backend is not the one that the connection was greeted by.

    PgBouncer and its like send a cancel key of their own, so the process number that libpq knows is not the
    server's (manual: protocol-flow, "Canceling Requests in Progress").
    """
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row is not None and row[0] != connection.info.backend_pid


def notices_lost_client(connection: psycopg.Connection) -> bool:
    """Tell whether the server can look, while it works, if its client still lives; it depends on its system."""
    try:
        connection.execute("SELECT set_config('client_connection_check_interval', '2s', true)")
    except psycopg.Error:
        return False
    return True


@contextmanager
def held(
    connection: psycopg.Connection,
    key: int,
    schema: str,
    prepare: Callable[[], None],
    listener: Listener,
    longest: float = LONGEST_WAIT_SECONDS,
) -> Iterator[Hold]:
    """Hold the lock of the ledger for a block; wait at most `longest` seconds for it, and say who holds it.

    `prepare` makes the ledger: under the lock, or before the lease, which lies in the ledger, is taken. It asks
    again and again and never waits inside the server: a waiting statement keeps a snapshot, and CREATE INDEX
    CONCURRENTLY of the holder would wait for that snapshot to end. Raises LockNotTaken.
    """
    side = Side(connection)
    lease = Lease(connection, schema, key)
    try:
        if is_pooled(connection):
            prepare()
            token = _wait(lease.take, lease.holder, listener, longest)
            try:
                yield Hold(key, side, token, lease.renewal, time.monotonic(), notices_lost_client(connection))
            finally:
                lease.release(token)
        else:
            _wait(
                lambda: _taken(connection, key, lease), lambda: _in_the_way(connection, key, lease), listener, longest
            )
            try:
                prepare()
                lease.end_expired()
                connection.execute("; ".join(KEEPALIVES).encode())
                yield Hold(key, side, notices_lost_client=notices_lost_client(connection), session=KEEPALIVES)
            finally:
                _release(connection, key)
    finally:
        side.close()


def _wait(take: Callable[[], T | None], holder: Callable[[], str], listener: Listener, longest: float) -> T:
    """Try until something is had, and say from time to time who holds it."""
    began = time.monotonic()
    pause, said = FIRST_PAUSE, -SAY_AGAIN_SECONDS
    while not (taken := take()):
        waited = time.monotonic() - began
        if waited >= longest:
            raise _not_taken(holder(), waited)
        if waited - said >= SAY_AGAIN_SECONDS:
            listener(LockWaited(holder()))
            said = waited
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads the runners, keeps no secret
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return taken


class Lease:
    """The one row of the ledger by which runs behind a pooler exclude one another, and those with a session's lock."""

    def __init__(self, connection: psycopg.Connection, schema: str, key: int) -> None:
        table = sql.Identifier(schema, "lease")
        self.connection = connection
        self.schema = schema
        self.key = key
        self._table = table.as_string(connection)
        self._was_seen = False
        self.renewal = sql.SQL(RENEW_LEASE).format(table).as_string(connection)
        self._take = sql.SQL(TAKE_LEASE).format(table)
        self._release = sql.SQL(RELEASE_LEASE).format(table)
        self._end = sql.SQL(END_LEASE).format(table)
        self._look = sql.SQL(LOOK_AT_LEASE).format(table)

    def take(self) -> int | None:
        """Take the lease, and give its token, unless it is held or a transaction of a migration still runs."""
        name = f"{os.environ.get('HOSTNAME') or socket.gethostname()}, process {os.getpid()}"
        row = self.connection.execute(
            self._take, {"key": self.key, "seconds": LEASE_SECONDS, "holder": name}
        ).fetchone()
        return int(row[0]) if row else None

    def is_free(self) -> bool:
        """Tell whether no run behind a pooler holds the lease; where there is no ledger yet, nobody does."""
        if not self._is_there():
            return True
        try:
            row = self.connection.execute(self._look).fetchone()
        except RIGHTS_MISSING as error:
            raise Ledger(self.connection, self.schema).not_allowed("read", error.diag.message_primary) from error
        return row is None or row[0] is None

    def end_expired(self) -> None:
        """End a lease that was not put off in time, under the session's lock: its holder may wake up yet."""
        if self._is_there():
            with suppress(psycopg.errors.InsufficientPrivilege):  # such a role cannot write the ledger either
                self.connection.execute(self._end)

    def _is_there(self) -> bool:
        """Look whether the ledger has its row of leases; once seen, it stays."""
        if self._was_seen:
            return True
        try:
            row = self.connection.execute("SELECT to_regclass(%s) IS NOT NULL", [self._table]).fetchone()
        except psycopg.errors.InsufficientPrivilege:  # what is to be done about it is said by the ledger
            return False
        self._was_seen = row is not None and bool(row[0])
        return self._was_seen

    def holder(self) -> str:
        """Say who holds it, and when it ends by itself."""
        row = self.connection.execute(self._look).fetchone()
        if row is None or row[0] is None:
            return "a transaction that is about to end"
        return f"{row[0]}, behind a pooler; it ends by itself in {row[1]:.0f} s unless it is put off"

    def release(self, token: int) -> None:
        """Give the lease back, unless another run has taken it since."""
        if not self.connection.closed:
            self.connection.execute(self._release, {"token": token})


def _taken(connection: psycopg.Connection, key: int, lease: Lease) -> bool:
    """Take a session's lock unless a run behind a pooler holds the lease, which cannot be taken once the lock is."""
    if not lease.is_free() or not _tried(connection, key):
        return False
    if lease.is_free():
        return True
    _release(connection, key)
    return False


def _in_the_way(connection: psycopg.Connection, key: int, lease: Lease) -> str:
    return _holder(connection, key) if lease.is_free() else lease.holder()


def _tried(connection: psycopg.Connection, key: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone()
    return bool(row and row[0])


def _release(connection: psycopg.Connection, key: int) -> None:
    """Give the lock back; with a lost connection the server has done so already."""
    if not connection.closed and connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
        connection.execute(f"SELECT pg_advisory_unlock({key}); {'; '.join(NO_KEEPALIVES)}".encode())


def _holder(connection: psycopg.Connection, key: int) -> str:
    row = connection.execute(HOLDER, [key]).fetchone()
    return str(row[0]) if row else "a session that has just ended"


def _not_taken(holder: str, waited: float) -> LockNotTaken:
    return LockNotTaken(
        f"another runner has held the lock for {waited:.0f} s: {holder}",
        state="nothing was run by this one",
        next_step="wait for it to end and run the command again; the lock ends with its session",
    )
