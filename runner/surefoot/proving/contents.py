"""The rows of all tables at one moment, as counts and checksums, and how they differ at another: the latter is pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import psycopg
from psycopg import sql

from surefoot.proving.stale import Stale
from surefoot.script import Script, run

Kind = Literal["rows lost", "rows left", "values lost", "values changed"]

# A table that has no page has no rows. One that is not kept in PostgreSQL's own way may change without being seen.
TABLES = """
SELECT json_build_object(
    'there', ARRAY(SELECT oid::bigint FROM pg_class WHERE oid = ANY ({known}::oid[])),
    'tables', (
        SELECT json_agg(json_build_array(n.nspname, c.relname, c.oid::bigint, ARRAY(
            SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attname
        )) ORDER BY n.nspname, c.relname)
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND {is_read} AND pg_relation_size(c.oid) > 0))
"""
STALE = "(c.oid = ANY ({}::oid[]) OR c.relam <> 2)"
ARGUMENTS = 40  # pairs in one call: a function takes 100 arguments at most


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one column: how many are not null, and a checksum of all of them in no order."""

    filled: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table: how many, and the values of its columns by their names; and the table's oid."""

    count: int
    columns: Mapping[str, Values]
    oid: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that may have rows."""

    schema: str
    name: str
    oid: int
    columns: list[str]

    def __str__(self) -> str:
        """Write its qualified name."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class Loss:
    """What became of the rows of a table, or of a column's values; `count` is how many, where that is known."""

    table: str
    kind: Kind
    count: int | None
    column: str | None = None

    @property
    def is_left(self) -> bool:
        """Tell whether it is not a loss, but too much."""
        return self.kind == "rows left"

    def __str__(self) -> str:
        """Write it as `profiles.bio (1,000 values)`, `games (12 rows left)`."""
        name = self.table.removeprefix("public.")
        if self.column is None:
            row = "row" if self.count == 1 else "rows"
            return f"{name} ({self.count:,} {row}{' left' if self.is_left else ''})"
        if self.kind == "values changed":
            return f"{name}.{self.column} (values changed)"
        return f"{name}.{self.column} ({self.count:,} {'value' if self.count == 1 else 'values'})"


Contents = Mapping[str, Rows]


def read_contents(
    connection: psycopg.Connection, start: Contents | None = None, stale: Stale | None = None
) -> Contents:
    """Count and digest the rows of all tables that have any, but for the system's and temporary ones.

    With those at the start of a round, only what is stale is read.
    """
    known: Contents = {}
    is_read: sql.Composable = sql.SQL("true")
    if start is not None and stale is not None:
        known = {name: rows for name, rows in start.items() if rows.oid not in stale.tables}
        is_read = sql.SQL(STALE).format([*stale.tables])
    query = sql.SQL(TABLES).format(known=[rows.oid for rows in known.values()], is_read=is_read)
    row = connection.execute(query).fetchone()
    assert row is not None
    there, tables = set(row[0]["there"]), [Table(*one) for one in row[0]["tables"] or ()]
    script = Script.of([_digest(one.schema, one.name, tuple(one.columns)) for one in tables])
    answers = run(connection, script) if tables else []
    found = {str(one): _rows(one, answer.value) for one, answer in zip(tables, answers, strict=True)}
    kept = {name: rows for name, rows in known.items() if rows.oid in there}
    return kept | {name: rows for name, rows in found.items() if rows.count}


def _rows(table: Table, answer: str | None) -> Rows:
    count, columns = json.loads(answer or "[]")
    values = {column: Values(filled, str(checksum)) for column, (filled, checksum) in columns.items()}
    return Rows(count, values, table.oid)


def survived(before: Contents, after: Contents) -> tuple[Loss, ...]:
    """Tell what is not the same: rows that are lost or too many, values that are lost or others."""
    losses: list[Loss] = []
    for table in sorted(before.keys() | after.keys()):
        was, now = before.get(table, Rows(0, {})), after.get(table, Rows(0, {}))
        if was.count != now.count:
            kind: Kind = "rows lost" if was.count > now.count else "rows left"
            losses.append(Loss(table, kind, abs(was.count - now.count)))
        else:
            losses += _values(table, was, now)
    return tuple(losses)


def counted(before: Contents, after: Contents) -> tuple[Loss, ...]:
    """Tell of rows alone that are lost or too many: values may differ, such as times and generated keys."""
    return tuple(loss for loss in survived(before, after) if loss.column is None)


def _values(table: str, was: Rows, now: Rows) -> list[Loss]:
    losses = []
    for column in sorted(was.columns.keys() & now.columns.keys()):
        before, after = was.columns[column], now.columns[column]
        if before.filled > after.filled:
            losses.append(Loss(table, "values lost", before.filled - after.filled, column))
        elif before != after:
            losses.append(Loss(table, "values changed", None, column))
    return losses


@lru_cache(maxsize=4096)
def _digest(schema: str, table: str, columns: tuple[str, ...]) -> str:
    """Write the query for the rows of one table; a sum of hashes does not depend on their order."""
    pairs = [
        sql.SQL("{0}, json_build_array(count({1}), coalesce(sum(hashtextextended({1}::text, 0)), 0)::text)").format(
            sql.Literal(column), sql.Identifier(column)
        )
        for column in columns
    ]
    groups = [sql.SQL(", ").join(pairs[start : start + ARGUMENTS]) for start in range(0, len(pairs), ARGUMENTS)]
    objects = sql.SQL(" || ").join(sql.SQL("jsonb_build_object({})").format(group) for group in groups)
    query = sql.SQL("SELECT jsonb_build_array(count(*), {}) FROM ONLY {}")
    return query.format(objects, sql.Identifier(schema, table)).as_string()
