"""Invariants of all tables of some schemas: what is on, what is there, what is valid."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from surefoot_lint.invariants.shapes import Scope, texts

# What a table is: not one of an extension, which answers for its own.
TABLES = """
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (ARRAY[{schemas}]::text[]) AND c.relkind IN ('r', 'p')
    AND c.relname::text <> ALL (ARRAY[{left_out}]::text[])
    AND concat(n.nspname, '.', c.relname) <> ALL (ARRAY[{left_out}]::text[])
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
"""
RLS_ENABLED = f"""
SELECT concat(n.nspname, '.', c.relname, ' has no row-level security') {TABLES} AND NOT c.relrowsecurity ORDER BY 1
"""
POLICIES_PRESENT = f"""
SELECT concat(n.nspname, '.', c.relname, ' has no policy') {TABLES}
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy AS p WHERE p.polrelid = c.oid)
ORDER BY 1
"""
NO_INVALID_INDEXES = f"""
SELECT concat('the index ', n.nspname, '.', i.relname, ' of ', c.relname, ' is INVALID')
FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
CROSS JOIN LATERAL (SELECT n.nspname {TABLES} AND c.oid = x.indrelid) AS n
JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid
WHERE NOT x.indisvalid ORDER BY 1
"""
# A constraint that is NOT ENFORCED (since PostgreSQL 18) is never validated, and is meant so.
CONSTRAINTS_VALIDATED = f"""
SELECT concat('the constraint ', k.conname, ' of ', n.nspname, '.', n.relname, ' is not validated')
FROM pg_catalog.pg_constraint AS k
CROSS JOIN LATERAL (SELECT n.nspname, c.relname {TABLES} AND c.oid = k.conrelid) AS n
WHERE NOT k.convalidated AND coalesce(to_jsonb(k) ->> 'conenforced', 'true') = 'true' ORDER BY 1
"""
# The key's columns come first in the index, in any order, and no row is left out of it.
FOREIGN_KEYS_INDEXED = f"""
SELECT concat('the foreign key ', k.conname, ' of ', n.nspname, '.', n.relname, ' has no index')
FROM pg_catalog.pg_constraint AS k
CROSS JOIN LATERAL (SELECT n.nspname, c.relname {TABLES} AND c.oid = k.conrelid) AS n
WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_index AS x
    WHERE x.indrelid = k.conrelid AND x.indisvalid AND x.indpred IS NULL
        AND (x.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey
)
ORDER BY 1
"""


def holds_in(query: str) -> Callable[[str, Scope], Iterable[tuple[str, str]]]:
    """Give what writes a query of this module for where it must hold."""

    def queries(name: str, scope: Scope) -> Iterable[tuple[str, str]]:
        yield name, query.format(schemas=texts(scope.schemas), left_out=texts(scope.left_out)).strip()

    return queries
