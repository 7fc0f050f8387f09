"""A second connection, for what must be asked while the first one is at work."""

from __future__ import annotations

import select
import time
from collections.abc import Sequence

import psycopg
from psycopg import conninfo, pq

CONNECT_TIMEOUT = "3"
LOOK_SECONDS = 1.0
ANSWER_SECONDS = 1.0
PAUSE_SECONDS = 5.0

BLOCKERS = """
SELECT concat_ws(', ',
    'pid ' || a.pid,
    'role ' || a.usename,
    'application ' || nullif(a.application_name, ''),
    a.state,
    'query since ' || to_char(a.query_start, 'HH24:MI:SS'),
    'in a transaction since ' || to_char(a.xact_start, 'HH24:MI:SS'))
FROM unnest(pg_blocking_pids($1)) AS blocker (pid)
JOIN pg_stat_activity AS a USING (pid)
ORDER BY a.xact_start LIMIT 1
"""


BUILDING = """
SELECT phase, blocks_done, blocks_total FROM pg_stat_progress_create_index WHERE pid = $1
"""


class Side:
    """Asks beside a connection, as the same role on the same database; what it cannot learn it leaves out.

    It never waits long: behind a pooler there may be no backend left for it, since the first connection has it.
    """

    def __init__(self, connection: psycopg.Connection) -> None:
        info = connection.info
        self._conninfo = conninfo.make_conninfo(
            info.dsn, password=info.password or None, connect_timeout=CONNECT_TIMEOUT
        )
        self._connection: psycopg.Connection | None = None
        self._not_before = 0.0

    def ask(self, query: str, arguments: Sequence[int | float | str]) -> list[str | None] | None:
        """Give the first row of an answer as texts, or nothing; the query has its arguments as $1, $2 …

        It connects when it is first asked. After an answer that did not come in time it pauses for a while.
        """
        if time.monotonic() < self._not_before:
            return None
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._conninfo, autocommit=True)
            return self._answer(self._connection.pgconn, query, arguments)
        except (psycopg.Error, TimeoutError):
            self.close()
            self._not_before = time.monotonic() + PAUSE_SECONDS
            return None

    def _answer(
        self, pgconn: pq.abc.PGconn, query: str, arguments: Sequence[int | float | str]
    ) -> list[str | None] | None:
        pgconn.send_query_params(query.encode(), [str(argument).encode() for argument in arguments])
        deadline = time.monotonic() + ANSWER_SECONDS
        pgconn.flush()
        while pgconn.is_busy():
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pgconn.socket], [], [], left)[0]:
                raise TimeoutError
            pgconn.consume_input()
        result = pgconn.get_result()
        while pgconn.get_result() is not None:
            pass
        if result is None or result.status != pq.ExecStatus.TUPLES_OK or result.ntuples == 0:
            return None
        values = [result.get_value(0, column) for column in range(result.nfields)]
        return [None if value is None else value.decode() for value in values]

    def close(self) -> None:
        """Close the second connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Watch:
    """Looks, about once a second, what a session that is at work waits for, and how far it is."""

    def __init__(self, side: Side, backend_pid: int) -> None:
        self.side = side
        self.backend_pid = backend_pid
        self.blocker: str | None = None
        self._looked = time.monotonic()

    def begin(self) -> None:
        """Forget what was seen, since another statement begins."""
        self.blocker = None
        self._looked = time.monotonic()

    def is_due(self) -> bool:
        """Tell whether it is time to look; if so, the next time is a second later."""
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return False
        self._looked = now
        return True

    def new_blocker(self) -> str | None:
        """Say who holds the lock that the session waits for, if that is not who it was at the last look."""
        row = self.side.ask(BLOCKERS, [self.backend_pid])
        if row is None or row[0] == self.blocker:
            return None
        self.blocker = row[0]
        return self.blocker

    def index_progress(self) -> tuple[str, int, int] | None:
        """Tell the phase of an index that the session builds, and the blocks done and in all."""
        row = self.side.ask(BUILDING, [self.backend_pid])
        return (str(row[0]), int(row[1] or 0), int(row[2] or 0)) if row else None
