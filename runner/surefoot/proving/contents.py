"""The rows of all tables at one moment, as counts and checksums, and how they differ at another: the latter is pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import psycopg
from psycopg import sql

from surefoot.proving.touched import Touched
from surefoot.script import Script, run

Kind = Literal["rows lost", "rows left", "values lost", "values changed"]

# A table that has no page has no rows. Of its columns, those are its own that are of a type of a migration or an
# extension, or that are computed when they are read; so are all of a table that is not kept in PostgreSQL's own way.
TABLES = """
SELECT json_agg(json_build_array(n.nspname, c.relname, c.names, c.oid::text, c.has_own_types, c.version)
    ORDER BY n.nspname, c.relname)
FROM (
    SELECT c.oid, c.relname, c.relnamespace, json_agg(a.attname ORDER BY a.attname) AS names,
        bool_or(a.atttypid >= 16384 OR a.attgenerated = 'v' OR c.relam <> 2) AS has_own_types,
        concat_ws(' ', c.oid, c.relfilenode,
            string_agg(concat_ws(' ', a.attnum, a.attname, a.atttypid, a.atttypmod), ' ' ORDER BY a.attnum)) AS version
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relpersistence <> 't'
    GROUP BY c.oid
) AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND pg_relation_size(c.oid) > 0
"""
ARGUMENTS = 40  # pairs in one call: a function takes 100 arguments at most


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one column: how many are not null, and a checksum of all of them in no order."""

    filled: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table: how many, and the values of its columns by their names.

    As long as the `version` of the table is the same, and nothing touched it, they are.
    """

    count: int
    columns: Mapping[str, Values]
    version: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that may have rows; its oid is a text."""

    schema: str
    name: str
    columns: list[str]
    oid: str
    has_own_types: bool
    version: str

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
    connection: psycopg.Connection, start: Contents | None = None, seen: Touched | None = None
) -> Contents:
    """Count and digest the rows of all tables that have any, but for the system's and temporary ones.

    Tables that nothing has touched since the start, as far as was seen, have the rows that they had then.
    """
    row = connection.execute(TABLES.encode()).fetchone()
    tables = [Table(*one) for one in (row[0] if row else None) or ()]
    kept = {str(one): (start or {})[str(one)] for one in tables if seen and start and _is_kept(one, start, seen)}
    read = [one for one in tables if str(one) not in kept]
    script = Script.of([_digest(one.schema, one.name, tuple(one.columns)) for one in read])
    answers = run(connection, script) if script else []
    found = {str(one): _rows(one, answer.value) for one, answer in zip(read, answers, strict=True)}
    return kept | {name: rows for name, rows in found.items() if rows.count}


def _is_kept(table: Table, start: Contents, seen: Touched) -> bool:
    was = start.get(str(table))
    is_untouched = seen.is_untouched(table.oid, has_own_types=table.has_own_types)
    return was is not None and was.version == table.version and is_untouched


def _rows(table: Table, answer: str | None) -> Rows:
    count, columns = json.loads(answer or "[]")
    values = {column: Values(filled, str(checksum)) for column, (filled, checksum) in columns.items()}
    return Rows(count, values, table.version)


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
