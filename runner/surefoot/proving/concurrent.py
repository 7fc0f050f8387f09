"""Watch a statement that runs outside of a transaction, from a connection beside it.

Such a statement gives its locks back by itself. So that they can be seen, the other connection holds a snapshot and
a weak lock on each table, on which CONCURRENTLY waits; it looks what is held meanwhile, and lets go.
"""

from __future__ import annotations

import time
from types import TracebackType

import psycopg
from psycopg import sql

from surefoot.footprint import MODES, Footprint, Footprints, Lock, LockMode, Rewrite, relations

TABLES = (
    "SELECT oid::regclass::text FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'm') AND relpersistence <> 't'"
)
HELD = "SELECT relation::bigint, mode FROM pg_locks WHERE pid = %s AND locktype = 'relation' AND relation >= 16384"


class Concurrent:
    """Holds up a statement of another connection until it was seen; use it as a context around the statement."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._pid = connection.info.backend_pid
        self._footprints = Footprints(connection)
        self._relations, self._files = relations(connection)
        self._beside = psycopg.connect(connection.info.dsn, autocommit=True)
        self._seen: set[tuple[int, LockMode]] = set()
        self._began = time.monotonic()

    def __enter__(self) -> Concurrent:
        """Take the snapshot and the locks."""
        self._beside.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        tables = [row[0] for row in self._beside.execute(TABLES)]
        if tables:
            self._beside.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(_list(tables)))
        self._began = time.monotonic()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Let go, if that was not done."""
        self._beside.close()

    def look(self) -> None:
        """Look what the statement holds or waits for; once something is seen, it may go on."""
        rows = self._beside.execute(HELD, [self._pid]).fetchall()
        self._seen |= {(oid, MODES[mode]) for oid, mode in rows if oid in self._relations and mode in MODES}
        if self._beside.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            self._beside.execute("ROLLBACK")
            self._began = time.monotonic()

    @property
    def milliseconds(self) -> float:
        """Tell how long it has run, apart from the time for which it was held up."""
        return round((time.monotonic() - self._began) * 1000, 3)

    def footprint(self, connection: psycopg.Connection) -> Footprint:
        """Tell what it locked, and by comparison with what is there now, what it rewrote and dropped."""
        now, files = relations(connection)
        by_name = {relation.name: files[oid] for oid, relation in now.items()}
        rewritten = [oid for oid, file in self._files.items() if oid in files and files[oid] != file]
        gone = {oid: self._relations[oid].name for oid in self._relations if oid not in now}
        rewritten += [oid for oid, name in gone.items() if by_name.get(name, self._files[oid]) != self._files[oid]]
        dropped = [oid for oid, name in gone.items() if name not in by_name]
        return Footprint(
            self._locks(),
            tuple(Rewrite(self._relations[oid], "rewritten") for oid in rewritten),
            tuple(self._relations[oid] for oid in dropped),
        )

    def _locks(self) -> tuple[Lock, ...]:
        return self._footprints.strongest(self._seen)


def _list(tables: list[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.SQL(table) for table in tables)  # type: ignore[arg-type, unused-ignore]
