"""A schema as a set of lines, one an object or a property of it, to be compared with what it was before."""

from __future__ import annotations

import psycopg

OUTSIDE = "('pg_catalog', 'information_schema', 'pg_toast', 'surefoot')"
QUERIES = {
    "relation": f"""
        SELECT c.oid::regclass, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relacl::text,
            obj_description(c.oid, 'pg_class'), CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END
        FROM pg_class AS c WHERE c.relkind <> 'i' AND c.relnamespace::regnamespace::text NOT IN {OUTSIDE}""",
    "column": f"""
        SELECT a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
            a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attacl::text, col_description(a.attrelid, a.attnum)
        FROM pg_attribute AS a
        JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v')
        LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace::regnamespace::text NOT IN {OUTSIDE}""",
    "constraint": f"""
        SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated,
            obj_description(oid, 'pg_constraint')
        FROM pg_constraint WHERE connamespace::regnamespace::text NOT IN {OUTSIDE}""",
    "index": f"""
        SELECT pg_get_indexdef(i.indexrelid), i.indisvalid, obj_description(c.oid, 'pg_class')
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        WHERE c.relnamespace::regnamespace::text NOT IN {OUTSIDE}""",
    "function": f"""
        SELECT oid::regprocedure, pg_get_functiondef(oid), proacl::text, obj_description(oid, 'pg_proc')
        FROM pg_proc WHERE prokind = 'f' AND pronamespace::regnamespace::text NOT IN {OUTSIDE}""",
    "trigger": """
        SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger
        WHERE NOT tgisinternal AND pg_get_triggerdef(oid) NOT LIKE '% ON surefoot.%'""",
    "policy": """
        SELECT polrelid::regclass, polname, polcmd, polpermissive, polroles::regrole[]::text,
            pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy""",
    "type": f"""
        SELECT t.oid::regtype, t.typtype, t.typacl::text, obj_description(t.oid, 'pg_type'),
            (SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
        FROM pg_type AS t WHERE t.typtype IN ('e', 'd', 'r') AND t.typnamespace::regnamespace::text NOT IN {OUTSIDE}""",
    "bucket": "SELECT id, name, public, file_size_limit, allowed_mime_types FROM storage.buckets",
    "schema": f"SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname NOT IN {OUTSIDE}",
}
Schema = frozenset[tuple[object, ...]]


def schema_of(connection: psycopg.Connection) -> Schema:
    """Read what a migration can have made; of the platform's part too, but not the ledger."""
    return frozenset(
        (kind, *(str(value) for value in row))
        for kind, query in QUERIES.items()
        for row in connection.execute(query.encode())
    )
