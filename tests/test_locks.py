"""The page of locks says what a server does now."""

from __future__ import annotations

import psycopg
import pytest
from lock_measuring import measure
from psycopg import sql

from surefoot_lint.locks.measured import CONFLICTS, read_measured
from surefoot_lint.locks.statements import Group, Kind, Statements, read_statements

LOCK = sql.SQL("LOCK TABLE cat IN {} MODE NOWAIT")


def is_refused(connection: psycopg.Connection, mode: str) -> bool:
    try:
        with connection.transaction():
            connection.execute(LOCK.format(sql.SQL(mode)))  # type: ignore[arg-type, unused-ignore]
    except psycopg.errors.LockNotAvailable:
        return True
    return False


def test_what_is_measured_is_what_is_kept(connection: psycopg.Connection) -> None:
    measured = measure(connection, read_statements())
    (kept,) = (one for one in read_measured() if one.major == measured.major)
    assert measured.kinds == kept.kinds


def test_a_statement_that_fails_is_named(connection: psycopg.Connection) -> None:
    kind = Kind(name="DROP TABLE", sql="DROP TABLE missing")
    with pytest.raises(psycopg.errors.UndefinedTable) as caught:
        measure(connection, Statements("", (Group("Tables", (kind,)),)))
    assert caught.value.__notes__ == ["DROP TABLE: DROP TABLE missing"]


def test_modes_conflict_as_said(connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE cat ()")
    with psycopg.connect(connection.info.dsn) as holder:
        for mode, conflicts in CONFLICTS.items():
            holder.execute(LOCK.format(sql.SQL(mode)))  # type: ignore[arg-type, unused-ignore]
            assert tuple(other for other in CONFLICTS if is_refused(connection, other)) == conflicts
            holder.rollback()
