"""The INSERT that fills one table with made-up rows, and the search for values that the table takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from psycopg import pq, sql

from surefoot.proving.candidates import candidates

TRIES = 60  # rows are made of which checks over several columns let one pass, for each that is wanted
SAVEPOINT = "surefoot_rows"
ONE_BY_ONE = """
DECLARE
    done int := 0;
    new int;
BEGIN
    FOR i IN 1..{tries} LOOP
        BEGIN
            {insert};
            GET DIAGNOSTICS new = ROW_COUNT;
            done := done + new;
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
        EXIT WHEN done >= {rows};
    END LOOP;
END
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as synthetic.sql describes it."""

    oid: int
    name: str
    columns: tuple[Mapping[str, Any], ...]
    checks: tuple[Mapping[str, Any], ...]
    domain_checks: tuple[str, ...]
    references: tuple[Mapping[str, Any], ...]
    is_deferrable: bool

    def waits_for(self, others: Collection[int], *, gladly: bool) -> bool:
        """Tell whether it refers to one of these tables: it must, or `gladly` where it may be null as well."""
        nullable = {column["name"] for column in self.columns if column["is_nullable"]}
        return any(
            one["table"] in others and one["table"] != self.oid and (gladly or not nullable & set(one["columns"]))
            for one in self.references
        )


class Insertion:
    """The INSERT for one table, and the search for values that it takes."""

    def __init__(self, connection: psycopg.Connection, table: Table, rows: int, filled: Mapping[int, bool]) -> None:
        self.connection = connection
        self.table = table
        self.rows = rows
        self.text = self.one = ""
        usable = [one for one in table.references if filled.get(one["table"]) and one["table"] != table.oid]
        self.references = _without_overlap(usable)
        referring = {name for one in table.references for name in one["columns"]}
        self.given = {name for one in self.references for name in one["columns"]}
        self.empty = referring - self.given
        self.columns = [one for one in table.columns if not one["is_left_out"]]
        self.is_narrow = bool(table.checks or table.domain_checks) or any(one["is_narrow"] for one in self.columns)

    def run(self) -> None:
        """Insert rows of the likeliest values. Raises psycopg.Error, or LookupError where there is no value."""
        self._insert({one["name"]: self._candidates(one)[:1] for one in self._open()})

    def run_carefully(self) -> None:
        """Insert rows of values that were tried on the column's type and checks. Raises as `run` does."""
        self._insert({one["name"]: self._fitting(one) for one in self._open()})

    def run_one_by_one(self) -> None:
        """Insert each row by itself, and leave out those that are refused for whatever reason."""
        body = ONE_BY_ONE.format(tries=3 * self.rows + 500, rows=self.rows, insert=self.one)
        self.text = sql.SQL("DO {}").format(sql.Literal(body)).as_string()
        self.connection.execute(self.text.encode())
        if not has_rows(self.connection, self.table):
            raise LookupError("no row is accepted")

    def _open(self) -> list[Mapping[str, Any]]:
        """Give the columns that need values of their own."""
        return [one for one in self.columns if one["name"] not in self.given | self.empty]

    def _candidates(self, column: Mapping[str, Any]) -> list[str]:
        checks = [one["text"] for one in self.table.checks if column["name"] in one["columns"]]
        found = candidates(column["base"], column["name"], column["labels"], [*checks, *self.table.domain_checks])
        if column["is_array"]:
            found = [*(f"ARRAY[{one}]" for one in found), "'{}'"]
        return [f"({one})::{column['type']}" for one in found]

    def _fitting(self, column: Mapping[str, Any]) -> list[str]:
        """Find values that the type and the checks of this column alone take: a formula, or else single ones."""
        own = [one["text"] for one in self.table.checks if one["columns"] == [column["name"]]]
        name = sql.Identifier(column["name"]).as_string()
        demands = " AND ".join([f"coalesce(({check}), true)" for check in own] or ["true"])
        fitting = []
        for candidate in self._candidates(column):
            values = f"SELECT {candidate} AS {name} FROM {self._series(self.rows)}"
            query = f"SELECT bool_and({demands}) AND count({name}) >= 0 FROM ({values}) AS t"
            if attempt(self.connection, partial(self._require, query)) is None:
                fitting.append(candidate)
        return fitting

    def _require(self, query: str) -> None:
        """Ask a question that must be answered by yes. Raises LookupError."""
        row = self.connection.execute(query.encode()).fetchone()
        if not row or not row[0]:
            raise LookupError(query)

    def _series(self, rows: int) -> str:
        return f"generate_series(1, {rows}) AS g"

    def _insert(self, values: Mapping[str, Sequence[str]]) -> None:
        """Write and run the INSERT: of rows of mixed values, those that all checks let pass."""
        together = [one["text"] for one in self.table.checks if len(one["columns"]) > 1]
        selected = [self._selected(column, values, bool(together)) for column in self.columns]
        names = ", ".join(sql.Identifier(column["name"]).as_string() for column in self.columns)
        joins = "".join(self._join(number, one) for number, one in enumerate(self.references))
        rows = f"SELECT {', '.join(selected)} FROM {{series}}{joins}"
        where = " AND ".join(["true", *(f"coalesce(({check}), true)" for check in together)])
        into = f"INSERT INTO {self.table.name} ({names}) SELECT {names} FROM"
        series = self._series(self.rows * TRIES if together else self.rows)
        self.one = f"{into} ({rows.replace('{series}', '(SELECT i AS g) AS s')}) AS t"
        self.text = f"{into} ({rows.replace('{series}', series)}) AS t WHERE {where} LIMIT {self.rows}"
        # Such constraints are no arbiters (manual: sql-insert, ON CONFLICT): doubles would be an error.
        self.text += "" if self.table.is_deferrable else " ON CONFLICT DO NOTHING"
        if not self.columns:
            self.text = f"INSERT INTO {self.table.name} SELECT FROM {self._series(self.rows)}"
        if self.connection.execute(self.text.encode()).rowcount == 0:
            raise LookupError("no combination of values was found that its checks take")

    def _selected(self, column: Mapping[str, Any], values: Mapping[str, Sequence[str]], is_mixed: bool) -> str:
        name = column["name"]
        for number, one in enumerate(self.references):
            if name in one["columns"]:
                return f"p{number}.{_alias(one['columns'].index(name))} AS {sql.Identifier(name).as_string()}"
        found = list(values.get(name, ()))
        if not found:
            if not column["is_nullable"]:
                what = f"{name} refers to a table without rows" if name in self.empty else f"no value found for {name}"
                raise LookupError(what)
            found = [f"NULL::{column['type']}"]
        if is_mixed and column["is_nullable"]:
            found.append(f"NULL::{column['type']}")
        return f"{_mixed(found, name) if is_mixed else found[0]} AS {sql.Identifier(name).as_string()}"

    def _join(self, number: int, reference: Mapping[str, Any]) -> str:
        """Join the rows that are referred to, one after the other and over again."""
        keys = ", ".join(
            f"{sql.Identifier(key).as_string()} AS {_alias(place)}" for place, key in enumerate(reference["keys"])
        )
        some = f"(SELECT {keys} FROM {reference['name']} LIMIT {self.rows})"
        return (
            f" JOIN (SELECT *, row_number() OVER () AS n, count(*) OVER () AS total FROM {some} AS s) AS p{number}"
            f" ON p{number}.n = 1 + (g - 1 + {number}) % p{number}.total"
        )


def has_rows(connection: psycopg.Connection, table: Table) -> bool:
    """Tell whether a table has any row."""
    row = connection.execute(f"SELECT EXISTS (SELECT FROM {table.name})".encode()).fetchone()
    return bool(row and row[0])


def attempt(connection: psycopg.Connection, act: Callable[[], object]) -> str | None:
    """Do something under a savepoint; say why it failed."""
    connection.execute(f"SAVEPOINT {SAVEPOINT}")
    try:
        act()
    except (psycopg.Error, LookupError) as error:
        if connection.closed:
            raise
        connection.execute(f"ROLLBACK TO SAVEPOINT {SAVEPOINT}")
        return (getattr(getattr(error, "diag", None), "message_primary", None) or str(error)).strip()
    finally:
        if connection.info.transaction_status == pq.TransactionStatus.INTRANS:
            connection.execute(f"RELEASE SAVEPOINT {SAVEPOINT}")
    return None


def _without_overlap(references: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leave out a reference whose column another one has already: the widest come first."""
    chosen: list[Mapping[str, Any]] = []
    for one in sorted(references, key=lambda one: -len(one["columns"])):
        if not any(set(one["columns"]) & set(other["columns"]) for other in chosen):
            chosen.append(one)
    return chosen


def _mixed(expressions: Sequence[str], name: str) -> str:
    """Choose one of several expressions by chance, the same each time."""
    if len(expressions) == 1:
        return expressions[0]
    choice = f"abs(hashint8(g::bigint * 31 + {sum(map(ord, name))}) % {len(expressions)})"
    cases = " ".join(f"WHEN {place} THEN {one}" for place, one in enumerate(expressions))
    return f"CASE {choice} {cases} END"


def _alias(place: int) -> str:
    return f"k{place}"
