"""Find the ledgers of other tools in a database, and read one."""

from __future__ import annotations

import importlib
import shlex
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from surefoot.errors import LedgerNotAllowed, Refused
from surefoot.foreign import tools
from surefoot.foreign.model import UNTOUCHED, ForeignLedger, Table, Tool

AUTO = "auto"
LOOK = """
SELECT n.nspname, c.relname,
    (SELECT array_agg(a.attname::text) FROM pg_attribute AS a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    (SELECT array_agg(b.relname::text) FROM pg_class AS b
     WHERE b.relnamespace = n.oid AND b.relkind IN ('r', 'p') AND b.relname = ANY (%(beside)s)),
    format('%%I.%%I', n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND CASE
    WHEN %(chosen)s::text IS NULL THEN c.relname = ANY (%(names)s) AND n.nspname <> ALL (%(not_in)s)
    ELSE %(chosen)s IN (format('%%I.%%I', n.nspname, c.relname), concat(n.nspname, '.', c.relname)) END
ORDER BY 1, 2
"""
NOT_IN = ["pg_catalog", "information_schema", "auth", "storage", "realtime", "_realtime"]  # the platform's own
# The tables of a tool with their indexes and sequences; and the schema, where nothing else is in it.
OBJECTS = """
WITH place AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = %(schema)s), own AS (
    SELECT c.oid, c.relname FROM pg_class AS c JOIN place ON c.relnamespace = place.oid
    WHERE c.relkind IN ('r', 'p') AND c.relname = ANY (%(tables)s)
), named (name) AS (
    SELECT relname FROM own
    UNION ALL SELECT i.relname FROM own JOIN pg_index AS x ON x.indrelid = own.oid
        JOIN pg_class AS i ON i.oid = x.indexrelid
    UNION ALL SELECT s.relname FROM own JOIN pg_depend AS d ON d.refobjid = own.oid AND d.deptype IN ('a', 'i')
        JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
)
SELECT format('%%I.%%I', nspname, name) FROM named CROSS JOIN place
UNION ALL SELECT quote_ident(nspname) FROM place WHERE nspname <> 'public'
    AND NOT EXISTS (
        SELECT FROM pg_class AS c WHERE c.relnamespace = place.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            AND c.oid NOT IN (SELECT oid FROM own))
    AND NOT EXISTS (SELECT FROM pg_proc AS p WHERE p.pronamespace = place.oid)
    AND NOT EXISTS (SELECT FROM pg_type AS t WHERE t.typnamespace = place.oid AND t.typtype IN ('e', 'd', 'r'))
"""
GRANTS = """
SELECT format('GRANT USAGE ON SCHEMA %%I TO %%I; GRANT SELECT ON %%s TO %%2$I', %(schema)s::text, current_user,
    (SELECT string_agg(format('%%I.%%I', %(schema)s::text, name), ', ' ORDER BY position)
     FROM unnest(%(tables)s::text[]) WITH ORDINALITY AS t (name, position)))
"""


@cache
def known_tools() -> dict[str, Tool]:
    """Give the modules of all tools, by the names that `--from-ledger` takes."""
    return {
        tool: cast(Tool, importlib.import_module(f"{tools.__name__}.{module}"))
        for tool, module in tools.modules().items()
    }


def find_ledgers(connection: psycopg.Connection, chosen: str | None = None) -> list[tuple[str, Table]]:
    """Find all ledgers of tools that are known, with the tools' names; or what the one table that is chosen may be."""
    known = known_tools()
    given = {
        "names": sorted({name for tool in known.values() for name in tool.NAMES}),
        "beside": sorted({name for tool in known.values() for name in tool.BESIDE}),
        "not_in": NOT_IN,
        "chosen": chosen,
    }
    with connection.cursor() as cursor:
        rows = cursor.execute(LOOK, given).fetchall()
    tables = [
        Table(schema, name, frozenset(columns or ()), frozenset(beside or ()), shown)
        for schema, name, columns, beside, shown in rows
    ]
    return [
        (name, table._replace(objects=_objects(connection, tool, table)))
        for table in tables
        for name, tool in known.items()
        if (chosen is not None or table.name in tool.NAMES) and tool.is_its(table)
    ]


def _objects(connection: psycopg.Connection, tool: Tool, table: Table) -> frozenset[str]:
    given = {"schema": table.schema, "tables": _tables(tool, table)}
    with connection.cursor() as cursor:
        return frozenset(name for (name,) in cursor.execute(OBJECTS, given).fetchall())


def _tables(tool: Tool, table: Table) -> list[str]:
    return [table.name, *(name for name in tool.BESIDE if name in table.beside)]


def objects_of(ledgers: Iterable[tuple[str, Table]]) -> frozenset[str]:
    """Name all that other tools keep for themselves beside their ledgers: no schema that a project's files build."""
    return frozenset().union(*(table.objects for _, table in ledgers))


def read_ledger(connection: psycopg.Connection, tool: str, chosen: str | None = None) -> ForeignLedger:
    """Read the ledger of a tool, or the only one that is there, or the table that is chosen; nothing of it is changed.

    Raises Refused where there is none, there are several, or its own tool would not go on; LedgerNotAllowed.
    """
    found = find_ledgers(connection, chosen)
    its = [(name, table) for name, table in found if tool in (AUTO, name)]
    if len(its) != 1:
        raise _none(tool, found, chosen) if not its else _several(its, chosen)
    name, table = its[0]

    def ask(query: str) -> list[dict[str, Any]]:
        text = sql.SQL(query).format(sql.Identifier(table.schema, table.name), schema=sql.Identifier(table.schema))
        with connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(text).fetchall()

    try:
        return known_tools()[name].read(table, ask)
    except psycopg.errors.InsufficientPrivilege as error:
        given = {"schema": table.schema, "tables": _tables(known_tools()[name], table)}
        grants = connection.execute(GRANTS, given).fetchone()
        assert grants is not None
        raise LedgerNotAllowed(
            f"the role {connection.info.user} may not read {table.shown}: {error.diag.message_primary}",
            state=UNTOUCHED,
            next_step=grants[0],
        ) from error


def refuse_moved(connection: psycopg.Connection, ledger: ForeignLedger) -> None:
    """Raise Refused if a ledger is no longer what it was when it was read."""
    if read_ledger(connection, ledger.tool, ledger.table.shown) != ledger:
        raise Refused(
            "foreign-ledger-moved",
            f"{ledger.table.shown} has changed since it was read",
            why=f"{ledger.tool} is at work on this database",
            state=UNTOUCHED,
            next_step="let it end, and run the command again",
        )


def _none(tool: str, found: Sequence[tuple[str, Table]], chosen: str | None) -> Refused:
    whose = "a tool that is known" if tool == AUTO else tool
    if chosen is not None:
        return Refused(
            "no-foreign-ledger",
            f"{chosen} is no ledger of {whose}{f': it is one of {found[0][0]}' if found else ''}",
            why="there is no table of that name, or its columns are others",
            state=UNTOUCHED,
            next_step="name it with its schema, as in --ledger-table ops.flyway_history",
        )
    names = sorted(
        {f"{name} ({one})" for one, known in known_tools().items() for name in known.NAMES if tool in (AUTO, one)}
    )
    return Refused(
        "no-foreign-ledger",
        f"this database has no ledger of {whose}{f'; there is {_told(found)}' if found else ''}",
        why=f"looked for {', '.join(names)}, in every schema",
        state=UNTOUCHED,
        next_step="look whether this is the right database; where the table has another name, give it with "
        "--ledger-table; or say what it has: surefoot baseline --to NUMBER",
    )


def _several(found: Sequence[tuple[str, Table]], chosen: str | None) -> Refused:
    tool, table = found[0]
    is_told = chosen is not None or len({name for name, _ in found}) == len(found)
    which = f"--from-ledger {tool}" if is_told else f"--from-ledger {tool} --ledger-table {shlex.quote(table.shown)}"
    return Refused(
        "several-ledgers",
        f"this database has several ledgers: {_told(found)}",
        state=UNTOUCHED,
        next_step=f"say which: surefoot baseline {which}",
    )


def _told(found: Iterable[tuple[str, Table]]) -> str:
    return ", ".join(f"{table.shown} ({name})" for name, table in found)
