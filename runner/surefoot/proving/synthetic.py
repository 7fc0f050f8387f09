"""Fill the tables of a scratch database with synthetic rows that satisfy what the schema demands of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources

import psycopg

from surefoot.proving.insertion import Insertion, Table, attempt, has_rows


@dataclass(slots=True)
class Filler:
    """Fills databases with so many rows a table; what it has found out about a table is kept for the next database."""

    rows: int
    _known: dict[str, str] = field(default_factory=dict)

    def fill(self, connection: psycopg.Connection, left_out: Collection[str] = ()) -> tuple[str, ...]:
        """Fill all tables but those left out; name those that got no rows, and why: `public.a: no value for code`.

        Triggers do not fire. The rows are committed.
        """
        tables = _read(connection, left_out)
        filled: dict[int, bool] = {}
        failures: list[str] = []
        connection.execute("BEGIN")
        connection.execute("SET LOCAL session_replication_role = replica")
        for table in _ordered(tables):
            why = self._table(connection, table, filled)
            filled[table.oid] = why is None or has_rows(connection, table)
            failures += [f"{table.name}: {why}"] if why else []
        connection.execute("COMMIT")
        return tuple(failures)

    def _table(self, connection: psycopg.Connection, table: Table, filled: Mapping[int, bool]) -> str | None:
        """Fill one table; say why it cannot be."""
        key = repr((table, [filled.get(one["table"]) for one in table.references]))
        if key in self._known:
            return attempt(connection, lambda: connection.execute(self._known[key].encode()))
        insert = Insertion(connection, table, self.rows, filled)
        why = attempt(connection, insert.run) if not insert.is_narrow else "it is to be looked at"
        if why is not None:
            why = attempt(connection, insert.run_carefully)
        if why is not None and insert.text:
            why = attempt(connection, insert.run_one_by_one) and why
        if why is None:
            self._known[key] = insert.text
        return why


def _read(connection: psycopg.Connection, left_out: Collection[str]) -> list[Table]:
    found = connection.execute("SELECT to_regclass(name)::oid::bigint FROM unnest(%s::text[]) AS name", [[*left_out]])
    spared = {oid for (oid,) in found}
    query = resources.files("surefoot.proving").joinpath("synthetic.sql").read_text(encoding="utf-8")
    return [
        Table(
            one["oid"],
            one["name"],
            tuple(one["columns"] or ()),
            tuple(one["checks"]),
            tuple(one["domain_checks"]),
            tuple(one["references"]),
            one["is_deferrable"],
        )
        for (one,) in connection.execute(query.encode())
        if one["oid"] not in spared
    ]


def _ordered(tables: Sequence[Table]) -> Iterator[Table]:
    """Give each table after those that it refers to; in a circle, after those that it must refer to."""
    left = {table.oid: table for table in tables}
    while left:
        free = (
            next((one for one in left.values() if not one.waits_for(left, gladly=gladly)), None)
            for gladly in (True, False)
        )
        table = next((one for one in free if one is not None), next(iter(left.values())))
        del left[table.oid]
        yield table
