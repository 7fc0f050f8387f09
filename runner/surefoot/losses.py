"""What a rollback would take away: tables, columns and rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from surefoot.script import Done
from surefoot_lint.counting import counted

COUNT_TIMEOUT = "5s"
COLUMNS = """
SELECT c.oid, coalesce(a.attnum, 0), n.nspname, c.relname, coalesce(a.attname, '')
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', %s)
"""
# What this transaction has done so far, whichever way: by cascades, blocks and functions too.
CHANGES = """
SELECT s.schemaname || '.' || s.relname, s.n_tup_del, s.n_tup_upd FROM pg_stat_xact_user_tables AS s
WHERE s.n_tup_del + s.n_tup_upd > 0 AND s.schemaname <> %s ORDER BY 1
"""
ESTIMATE = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its identity in the catalog, and by its names; position 0 stands for a table without any."""

    table_oid: int
    position: int
    schema: str
    table: str
    name: str


@dataclass(frozen=True, slots=True)
class Loss:
    """A table, or a column of a table that stays, and how many rows or values go with it.

    `is_estimate` when counting took longer than five seconds, or row level security hides rows from this role;
    `rows` is then what the planner believes.
    """

    table: str
    column: str | None
    rows: int
    is_estimate: bool = False

    def __str__(self) -> str:
        """Write it as a line: `table public.leads (about 1,200 rows)`."""
        about = "about " if self.is_estimate else ""
        if self.column is None:
            return f"table {self.table} ({about}{counted(self.rows, 'row')})"
        return f"column {self.table}.{self.column} ({about}{counted(self.rows, 'value')})"


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """Rows of a table that stays: so many deleted and changed, or all of them by TRUNCATE."""

    table: str
    deleted: int = 0
    updated: int = 0
    is_truncated: bool = False

    def __str__(self) -> str:
        """Write it as a line: `rows of public.games: 12 deleted, 3 changed`."""
        if self.is_truncated:
            return f"all rows ({self.table})"
        parts = [f"{count:,} {verb}" for count, verb in ((self.deleted, "deleted"), (self.updated, "changed")) if count]
        return f"rows of {self.table}: {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Look:
    """The tables with their columns at one moment of a transaction, and the rows that it has changed by then."""

    columns: dict[tuple[int, int], Column]
    changes: tuple[ChangedRows, ...]


def look(connection: psycopg.Connection, ledger_schema: str) -> Look:
    """Look at all columns of all tables, but for the system's and the ledger's, and at the rows changed."""
    columns = [Column(*row) for row in connection.execute(COLUMNS, [ledger_schema])]
    changes = [ChangedRows(*row) for row in connection.execute(CHANGES, [ledger_schema])]
    return Look({(column.table_oid, column.position): column for column in columns}, tuple(changes))


def count(connection: psycopg.Connection, before: Look, after: Look) -> list[Loss]:
    """Count the rows of tables that go, and the values of columns that go from tables that stay."""
    staying = {oid for oid, _ in after.columns}
    gone = [column for identity, column in before.columns.items() if identity not in after.columns]
    tables = sorted({(column.schema, column.table) for column in gone if column.table_oid not in staying})
    single = [column for column in gone if column.table_oid in staying and column.position]
    single.sort(key=lambda column: (column.schema, column.table, column.position))
    losses = [_loss(connection, schema, table, None) for schema, table in tables]
    return losses + [_loss(connection, column.schema, column.table, column.name) for column in single]


def changed_rows(before: Look, after: Look) -> list[ChangedRows]:
    """Subtract what earlier transactions of the session had changed: the server counts them on for a while."""
    earlier = {change.table: change for change in before.changes}
    changes = []
    for change in after.changes:
        was = earlier.get(change.table, ChangedRows(change.table))
        deleted, updated = change.deleted - was.deleted, change.updated - was.updated
        changes += [ChangedRows(change.table, deleted, updated)] if deleted or updated else []
    return changes


def truncated(answers: Iterable[Done]) -> list[ChangedRows]:
    """Find the TRUNCATEs among the statements of a rollback: the server does not count what they take."""
    places = [f"{a.origin.path}:{a.origin.line}" for a in answers if a.tag == "TRUNCATE TABLE" and a.origin]
    return [ChangedRows(f"TRUNCATE in {place}", is_truncated=True) for place in places]


def _loss(connection: psycopg.Connection, schema: str, table: str, column: str | None) -> Loss:
    name = sql.Identifier(schema, table)
    counted = sql.SQL("count({})").format(sql.Identifier(column)) if column else sql.SQL("count(*)")
    shown = f"{schema}.{table}"
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL statement_timeout = '{COUNT_TIMEOUT}'")
            connection.execute("SET LOCAL row_security = off")  # an error is better than a count of what is visible
            row = connection.execute(sql.SQL("SELECT {} FROM {}").format(counted, name)).fetchone()
        return Loss(shown, column, row[0] if row else 0)
    except (psycopg.errors.QueryCanceled, psycopg.errors.InsufficientPrivilege):
        row = connection.execute(ESTIMATE, [name.as_string(connection)]).fetchone()
        return Loss(shown, column, row[0] if row else 0, is_estimate=True)
