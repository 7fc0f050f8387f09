"""Measure on a server which locks statements take, and what becomes of the rows.

A statement that runs in a transaction is run in one, and its own locks are looked at before it is rolled back. Any
other is run while another session holds one of its tables in ever stronger modes: the weakest for which it has to wait
shows the strongest that it asks for. A table counts as rewritten when it has another file, and as read when as many
of its pages were fetched as it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import pq, sql

from surefoot.footprint import MODES, LockMode, Relation, relations
from surefoot_lint.locks.measured import Measured, Touched, Work
from surefoot_lint.locks.statements import Kind, Statements

OLDEST = 15  # pg_stat_force_next_flush() is there since then
ZONE = "SET timezone = 'Europe/Zurich'"  # in UTC, times with and without a zone are stored alike
# Autovacuum would lock the tables, and read them.
QUIET = """
SELECT format('ALTER TABLE %s SET (autovacuum_enabled = off)', oid::regclass) FROM pg_class
WHERE oid >= 16384 AND relkind IN ('r', 'm')
"""
PAGES = """
SELECT oid::bigint, pg_relation_size(oid) / current_setting('block_size')::bigint FROM pg_class
WHERE oid >= 16384 AND relkind IN ('r', 'm')
"""
HERE, BY_ALL = "pg_stat_get_xact_blocks_fetched", "pg_stat_get_blocks_fetched"
FETCHED = "SELECT oid::bigint, {}(oid) FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'm')"
FLUSH = "SELECT pg_stat_force_next_flush()"
HELD = "SELECT relation::bigint, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'"
WAITING = "SELECT coalesce(relation, 0)::bigint, mode FROM pg_locks WHERE pid = %s AND NOT granted"
# The weakest for which ACCESS EXCLUSIVE, EXCLUSIVE, SHARE, and SHARE UPDATE EXCLUSIVE wait (manual: explicit-locking).
HOLDING = ("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE")
PUBLIC = "public."
Asked = tuple[int, LockMode]


def measure(connection: psycopg.Connection, statements: Statements) -> Measured:
    """Measure all kinds that the server knows, in an empty database of its own, with an autocommit connection.

    Raises psycopg.Error with a note of the kind where a statement fails.
    """
    major, version = connection.info.server_version // 10000, connection.info.parameter_status("server_version")
    connection.execute(ZONE)
    connection.execute(statements.world.encode())
    for (command,) in connection.execute(QUIET).fetchall():
        connection.execute(command.encode())
    kinds = {}
    with psycopg.connect(connection.info.dsn, autocommit=True) as beside:
        for kind in statements.kinds:
            if kind.since <= major:
                with _noted(kind):
                    kinds[kind.name] = tuple(_measured(connection, beside, kind))
    return Measured(major, str(version).split()[0], kinds)


@contextmanager
def _noted(kind: Kind) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        error.add_note(f"{kind.name}: {kind.sql}")
        raise


def _measured(connection: psycopg.Connection, beside: psycopg.Connection, kind: Kind) -> list[Touched]:
    if not kind.alone:
        with _prepared(connection, kind):
            return _in_transaction(connection, kind.sql)
    asked = {one for table in kind.alone for one in _asked(connection, beside, kind, table)}
    with _prepared(connection, kind):
        return _alone(connection, kind.sql, asked)


@contextmanager
def _prepared(connection: psycopg.Connection, kind: Kind) -> Iterator[None]:
    connection.execute(kind.before.encode())
    yield
    connection.execute(kind.after.encode())


@dataclass(frozen=True, slots=True)
class _State:
    """The relations, their files, the pages of their files, and how many of those were fetched so far."""

    relations: dict[int, Relation]
    files: dict[int, int]
    pages: dict[int, int]
    fetched: dict[int, int]

    def named(self, name: str) -> int | None:
        """Find a relation by its name."""
        return next((oid for oid, relation in self.relations.items() if relation.name == name), None)


def _state(connection: psycopg.Connection, counter: str) -> _State:
    fetched = _numbers(connection, FETCHED.format(counter))
    return _State(*relations(connection), _numbers(connection, PAGES), fetched)


def _numbers(connection: psycopg.Connection, query: str) -> dict[int, int]:
    return dict(connection.execute(query.encode()).fetchall())


def _in_transaction(connection: psycopg.Connection, statement: str) -> list[Touched]:
    """Run a statement in a transaction, look, and roll it back."""
    before = _state(connection, HERE)
    with connection.transaction(force_rollback=True):
        connection.execute(statement.encode())
        asked = {(oid, MODES[mode]) for oid, mode in connection.execute(HELD).fetchall() if oid in before.relations}
        return _touched(before, _state(connection, HERE), asked, is_emptied=statement.startswith("TRUNCATE"))


def _alone(connection: psycopg.Connection, statement: str, asked: Iterable[Asked]) -> list[Touched]:
    """Run a statement by itself, and compare."""
    connection.execute(FLUSH)
    before = _state(connection, BY_ALL)
    connection.execute(statement.encode())
    connection.execute(FLUSH)
    return _touched(before, _state(connection, BY_ALL), asked)


def _asked(connection: psycopg.Connection, beside: psycopg.Connection, kind: Kind, table: str) -> Iterator[Asked]:
    """Hold a table in stronger and stronger modes, until the statement has to wait for it."""
    for mode in HOLDING:
        with _prepared(connection, kind):
            beside.execute("BEGIN")
            beside.execute(
                sql.SQL("LOCK TABLE ONLY {} IN {} MODE").format(sql.Identifier(table), sql.SQL(mode))  # type: ignore[arg-type, unused-ignore]
            )
            seen = _waited_for(connection, beside, kind.sql)
        if seen:
            yield seen
            return


def _waited_for(connection: psycopg.Connection, beside: psycopg.Connection, statement: str) -> Asked | None:
    """Run a statement until it waits, let go, and say for which lock on a relation it did, if for any."""
    connection.pgconn.send_query(statement.encode())
    seen, is_held = None, True
    while _is_busy(connection):
        if is_held and (row := beside.execute(WAITING, [connection.info.backend_pid]).fetchone()):
            seen = (row[0], MODES[row[1]]) if row[0] else None  # else for somebody's transaction to end
            beside.execute("ROLLBACK")
            is_held = False
    while result := connection.pgconn.get_result():
        if result.status == pq.ExecStatus.FATAL_ERROR:
            raise psycopg.DatabaseError(result.get_error_message())
    if is_held:
        beside.execute("ROLLBACK")
    return seen


def _is_busy(connection: psycopg.Connection) -> bool:
    connection.pgconn.consume_input()
    return bool(connection.pgconn.is_busy())


def _touched(before: _State, after: _State, asked: Iterable[Asked], *, is_emptied: bool = False) -> list[Touched]:
    """List what is locked, the strongest locks first; an index or sequence where more befalls it than its table."""
    modes: dict[int, LockMode] = {}
    for oid, mode in asked:
        modes[oid] = max(mode, modes.get(oid, mode))
    works = {oid: _work(oid, before, after, is_emptied) for oid in modes}
    by_name = {before.relations[oid].name: oid for oid in modes}
    found = []
    for oid in sorted(modes, key=lambda oid: (-modes[oid], before.relations[oid].name)):
        relation = before.relations[oid]
        table = by_name.get(relation.table or "")
        if table is None or modes[oid] > modes[table] or (works[oid] != works[table] and works[oid] == "rewritten"):
            name = str(relation).replace(PUBLIC, "", 1)
            found.append(Touched(name, str(modes[oid]), works[oid]))
    return found


def _work(oid: int, before: _State, after: _State, is_emptied: bool) -> Work:
    relation = before.relations[oid]
    # An index of a column whose type changes, and one that is built concurrently, is another with the same name.
    now = oid if oid in after.relations else after.named(relation.name)
    if now is None:
        return "dropped"
    if after.files[now] != before.files[oid] and relation.kind != "sequence":
        return "emptied" if is_emptied else "rewritten"
    pages = before.pages.get(oid, 0)
    return "read" if pages and after.fetched.get(oid, 0) - before.fetched.get(oid, 0) >= pages else "none"
