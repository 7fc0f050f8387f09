"""Find the ledgers of other tools in a database, and read one."""

from __future__ import annotations

import importlib
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
# A ledger with all of the tool's own: indexes, sequences, tables beside it; the schema, where that is the tool's.
LOOK = """
SELECT n.nspname, c.relname,
    (SELECT array_agg(a.attname::text) FROM pg_attribute AS a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    (SELECT array_agg(DISTINCT name) FROM pg_class AS t
     CROSS JOIN LATERAL (
        SELECT format('%%I.%%I', n.nspname, t.relname)
        UNION ALL SELECT format('%%I.%%I', n.nspname, i.relname)
            FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid WHERE x.indrelid = t.oid
        UNION ALL SELECT format('%%I.%%I', n.nspname, s.relname)
            FROM pg_depend AS d JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
            WHERE d.refobjid = t.oid AND d.deptype IN ('a', 'i')
        UNION ALL SELECT format('%%I', n.nspname) WHERE n.nspname = ANY (%(schemas)s)
     ) AS own (name)
     WHERE t.relnamespace = n.oid AND (t.oid = c.oid OR t.relname = ANY (%(beside)s)))
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relname = ANY (%(names)s) AND n.nspname <> ALL (%(not_in)s)
ORDER BY 1, 2
"""
SCHEMAS = ["sqitch", "supabase_migrations"]
BESIDE = ["ar_internal_metadata", "databasechangeloglock", "_yoyo_log", "_yoyo_version", "yoyo_lock"]
NOT_IN = [
    "pg_catalog",
    "information_schema",
    "auth",
    "storage",
    "realtime",
    "_realtime",
]  # the last: the platform's own


@cache
def known_tools() -> dict[str, Tool]:
    """Give the modules of all tools, by the names that `--from-ledger` takes."""
    return {
        tool: cast(Tool, importlib.import_module(f"{tools.__name__}.{module}"))
        for tool, module in tools.modules().items()
    }


def find_ledgers(connection: psycopg.Connection) -> list[tuple[str, Table]]:
    """Find all ledgers of tools that are known, with the tools' names."""
    known = known_tools()
    names = sorted({name for tool in known.values() for name in tool.NAMES})
    with connection.cursor() as cursor:
        given = {"names": names, "schemas": SCHEMAS, "beside": BESIDE, "not_in": NOT_IN}
        rows = cursor.execute(LOOK, given).fetchall()
    tables = [Table(schema, name, frozenset(columns or ()), frozenset(own)) for schema, name, columns, own in rows]
    return [(name, table) for table in tables for name, tool in known.items() if _is_its(tool, table)]


def objects_of(ledgers: Iterable[tuple[str, Table]]) -> frozenset[str]:
    """Name all that other tools keep for themselves beside their ledgers: no schema that a project's files build."""
    return frozenset().union(*(table.objects for _, table in ledgers))


def _is_its(tool: Tool, table: Table) -> bool:
    return table.name in tool.NAMES and tool.is_its(table)


def read_ledger(connection: psycopg.Connection, tool: str) -> ForeignLedger:
    """Read the ledger of a tool, or the only one that is there; nothing of it is changed.

    Raises Refused where there is none, there are several, or its own tool would not go on; LedgerNotAllowed.
    """
    found = find_ledgers(connection)
    chosen = [(name, table) for name, table in found if tool in (AUTO, name)]
    if len(chosen) != 1:
        raise _none(tool, found) if not chosen else _several(chosen)
    name, table = chosen[0]

    def ask(query: str) -> list[dict[str, Any]]:
        text = sql.SQL(query).format(sql.Identifier(table.schema, table.name), schema=sql.Identifier(table.schema))
        if "{}lock" in query:
            text = sql.SQL(query.replace("{}lock", "{}")).format(sql.Identifier(table.schema, f"{table.name}lock"))
        with connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(text).fetchall()

    try:
        return known_tools()[name].read(table, ask)
    except psycopg.errors.InsufficientPrivilege as error:
        raise LedgerNotAllowed(
            f"the role {connection.info.user} may not read {table.shown}: {error.diag.message_primary}",
            state=UNTOUCHED,
            next_step=f"GRANT SELECT ON {table.shown} TO {connection.info.user}",
        ) from error


def _none(tool: str, found: Sequence[tuple[str, Table]]) -> Refused:
    names = sorted(
        {f"{name} ({one})" for one, known in known_tools().items() for name in known.NAMES if tool in (AUTO, one)}
    )
    others = f"; there is {_told(found)}" if found else ""
    return Refused(
        "no-foreign-ledger",
        f"this database has no ledger of {'a tool that is known' if tool == AUTO else tool}{others}",
        why=f"looked for {', '.join(names)}, in every schema",
        state=UNTOUCHED,
        next_step="look whether this is the right database; or say what it has: surefoot baseline --to NUMBER",
    )


def _several(found: Sequence[tuple[str, Table]]) -> Refused:
    return Refused(
        "several-ledgers",
        f"this database has several ledgers: {_told(found)}",
        state=UNTOUCHED,
        next_step=f"say which: surefoot baseline --from-ledger {found[0][0]}",
    )


def _told(found: Iterable[tuple[str, Table]]) -> str:
    return ", ".join(f"{table.shown} ({name})" for name, table in found)
