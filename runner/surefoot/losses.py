"""What a rollback would take away: tables, columns and rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from surefoot.script import Done

COUNT_TIMEOUT = "5s"
TAKES_ROWS = re.compile(r"(DELETE|UPDATE|MERGE) ([1-9]\d*)|(TRUNCATE TABLE)")
COLUMNS = """
SELECT c.oid, a.attnum, n.nspname, c.relname, a.attname
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', %s)
"""
ESTIMATE = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its identity in the catalog, and by its names."""

    table_oid: int
    position: int
    schema: str
    table: str
    name: str


@dataclass(frozen=True, slots=True)
class Loss:
    """A table, or a column of a table that stays, and how many rows or values go with it.

    `is_estimate` when counting took longer than five seconds; `rows` is then what the planner believes.
    """

    table: str
    column: str | None
    rows: int
    is_estimate: bool = False

    def __str__(self) -> str:
        """Write it as a line: `table public.leads (about 1,200 rows)`."""
        about = "about " if self.is_estimate else ""
        if self.column is None:
            return f"table {self.table} ({about}{self.rows:,} {'row' if self.rows == 1 else 'rows'})"
        return f"column {self.table}.{self.column} ({about}{self.rows:,} {'value' if self.rows == 1 else 'values'})"


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """Rows of tables that stay which a statement deletes or changes; nothing for TRUNCATE, which does not count."""

    where: str
    verb: str
    rows: int | None

    def __str__(self) -> str:
        """Write it as a line: `12 rows by DELETE (rollbacks/rollback_005.sql:3)`."""
        count = "all rows" if self.rows is None else f"{self.rows:,} {'row' if self.rows == 1 else 'rows'}"
        return f"{count} by {self.verb} ({self.where})"


def columns(connection: psycopg.Connection, ledger_schema: str) -> frozenset[Column]:
    """Look at all columns of all tables, but for the system's and the ledger's."""
    return frozenset(Column(*row) for row in connection.execute(COLUMNS, [ledger_schema]))


def count(connection: psycopg.Connection, gone: Iterable[Column], left: Iterable[Column]) -> list[Loss]:
    """Count the rows of tables that go, and the values of columns that go from tables that stay."""
    staying = {column.table_oid for column in left}
    whole, single = set(), []
    for column in sorted(gone, key=lambda c: (c.schema, c.table, c.position)):
        if column.table_oid in staying:
            single.append(column)
        else:
            whole.add((column.schema, column.table))
    tables = [_loss(connection, schema, table, None) for schema, table in sorted(whole)]
    return tables + [_loss(connection, column.schema, column.table, column.name) for column in single]


def changed_rows(answers: Iterable[Done]) -> list[ChangedRows]:
    """Read from command tags which statements of a rollback delete or change rows."""
    changes = []
    for answer in answers:
        match = TAKES_ROWS.match(answer.tag)
        if match and answer.origin:
            where = f"{answer.origin.path}:{answer.origin.line}"
            changes.append(ChangedRows(where, match[1] or "TRUNCATE", int(match[2]) if match[2] else None))
    return changes


def _loss(connection: psycopg.Connection, schema: str, table: str, column: str | None) -> Loss:
    name = sql.Identifier(schema, table)
    counted = sql.SQL("count({})").format(sql.Identifier(column)) if column else sql.SQL("count(*)")
    shown = f"{schema}.{table}"
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL statement_timeout = '{COUNT_TIMEOUT}'")
            row = connection.execute(sql.SQL("SELECT {} FROM {}").format(counted, name)).fetchone()
        return Loss(shown, column, row[0] if row else 0)
    except psycopg.errors.QueryCanceled:
        row = connection.execute(ESTIMATE, [name.as_string(connection)]).fetchone()
        return Loss(shown, column, row[0] if row else 0, is_estimate=True)
