"""All that a database holds, to be compared with what it held before."""

from __future__ import annotations

import psycopg
from psycopg import sql

OBJECTS = """
SELECT n.nspname, c.relname, c.relkind::text, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY 1, 2, a.attnum
"""
ROUTINES = """
SELECT n.nspname, p.proname, p.prosrc FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 3
"""
Contents = dict[str, list[tuple[object, ...]]]


def contents(connection: psycopg.Connection) -> Contents:
    """Read the relations, the columns, the routines, and every row of every table, the ledger's too."""
    found: Contents = {
        "relations": connection.execute(OBJECTS).fetchall(),
        "routines": connection.execute(ROUTINES).fetchall(),
    }
    tables = sorted({(schema, name) for schema, name, kind, *_ in found["relations"] if kind == "r"})
    for schema, name in tables:
        query = sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(sql.Identifier(str(schema), str(name)))
        found[f"{schema}.{name}"] = connection.execute(query).fetchall()
    return found


def tables(connection: psycopg.Connection) -> list[str]:
    """Name the tables of the schema public."""
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [row[0] for row in rows]


def actions(connection: psycopg.Connection, schema: str = "surefoot") -> list[tuple[int, str]]:
    """Give the numbers and actions of the ledger, oldest first."""
    query = sql.SQL("SELECT number, action FROM {}.ledger ORDER BY id").format(sql.Identifier(schema))
    return [(int(number), action) for number, action in connection.execute(query)]
