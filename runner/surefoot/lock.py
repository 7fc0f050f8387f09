"""One runner at a time: a session advisory lock on the ledger's name."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from surefoot.errors import LockNotTaken
from surefoot.events import Listener, LockWaited

LONGEST_WAIT_SECONDS = 600.0
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
SAY_AGAIN_SECONDS = 10.0

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


def lock_key(project: str, schema: str) -> int:
    """Compute the key of a ledger's lock, a signed 64-bit number, from the project's and the schema's name."""
    digest = hashlib.sha256(f"surefoot:{project}:{schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@contextmanager
def held(
    connection: psycopg.Connection, key: int, listener: Listener, longest: float = LONGEST_WAIT_SECONDS
) -> Iterator[None]:
    """Hold the lock of the ledger for a block; wait at most `longest` seconds for it, and say who holds it.

    It asks again and again and never waits inside the server: a waiting statement keeps a snapshot, and CREATE
    INDEX CONCURRENTLY of the holder would wait for that snapshot to end. Raises LockNotTaken.
    """
    _take(connection, key, listener, longest)
    try:
        yield
    finally:
        _release(connection, key)


def _take(connection: psycopg.Connection, key: int, listener: Listener, longest: float) -> None:
    began = time.monotonic()
    pause, said = FIRST_PAUSE, -SAY_AGAIN_SECONDS
    while not _tried(connection, key):
        waited = time.monotonic() - began
        if waited >= longest:
            raise _not_taken(_holder(connection, key), waited)
        if waited - said >= SAY_AGAIN_SECONDS:
            listener(LockWaited(_holder(connection, key)))
            said = waited
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def _tried(connection: psycopg.Connection, key: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone()
    return bool(row and row[0])


def _release(connection: psycopg.Connection, key: int) -> None:
    """Give the lock back; with a lost connection the server has done so already."""
    if not connection.closed and connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
        connection.execute("SELECT pg_advisory_unlock(%s)", [key])


def _holder(connection: psycopg.Connection, key: int) -> str:
    row = connection.execute(HOLDER, [key]).fetchone()
    return str(row[0]) if row else "a session that has just ended"


def _not_taken(holder: str, waited: float) -> LockNotTaken:
    return LockNotTaken(
        f"another runner has held the lock for {waited:.0f} s: {holder}",
        state="nothing was run by this one",
        next_step="wait for it to end and run the command again; the lock ends with its session",
    )
