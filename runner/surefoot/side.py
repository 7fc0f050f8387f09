"""A second connection, for what must be asked while the first one is at work."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from psycopg import conninfo

CONNECT_TIMEOUT = "3"
LOOK_SECONDS = 1.0

BLOCKERS = """
SELECT concat_ws(', ',
    'pid ' || a.pid,
    'role ' || a.usename,
    'application ' || nullif(a.application_name, ''),
    a.state,
    'query since ' || to_char(a.query_start, 'HH24:MI:SS'),
    'in a transaction since ' || to_char(a.xact_start, 'HH24:MI:SS'))
FROM unnest(pg_blocking_pids(%s)) AS blocker (pid)
JOIN pg_stat_activity AS a USING (pid)
ORDER BY a.xact_start LIMIT 1
"""
BACKEND = "SELECT pg_backend_pid()"


class Side:
    """Asks beside a connection, as the same role on the same database; what it cannot learn it leaves out."""

    def __init__(self, connection: psycopg.Connection) -> None:
        info = connection.info
        self._conninfo = conninfo.make_conninfo(
            info.dsn, password=info.password or None, connect_timeout=CONNECT_TIMEOUT
        )
        self._connection: psycopg.Connection | None = None

    def ask(self, query: str, arguments: list[Any]) -> tuple[Any, ...] | None:
        """Give the first row of an answer, or nothing; connects when it is first asked."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(self._conninfo, autocommit=True, prepare_threshold=None)
            cursor = self._connection.execute(query.encode(), arguments)
            return cursor.fetchone() if cursor.description else None
        except psycopg.Error:
            return None

    def close(self) -> None:
        """Close the second connection, if there is one."""
        if self._connection is not None:
            self._connection.close()


class BlockerWatch:
    """Looks, about once a second, whether a session waits for a lock, and who holds it."""

    def __init__(self, side: Side, backend_pid: int) -> None:
        self.side = side
        self.backend_pid = backend_pid
        self.blocker: str | None = None
        self._looked = time.monotonic()

    def begin(self) -> None:
        """Forget what was seen, since another statement begins."""
        self.blocker = None
        self._looked = time.monotonic()

    def look(self) -> str | None:
        """Look, if it is time to; give a blocker that was not there at the last look."""
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return None
        self._looked = now
        row = self.side.ask(BLOCKERS, [self.backend_pid])
        if row is None or row[0] == self.blocker:
            return None
        self.blocker = str(row[0])
        return self.blocker
