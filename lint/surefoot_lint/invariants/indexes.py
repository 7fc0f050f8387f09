"""Indexes that must be there, and valid."""

from __future__ import annotations

from surefoot_lint.document import ListOf
from surefoot_lint.invariant import NAME, Invariant, for_names

MISSING = """
SELECT format(CASE WHEN i.indisvalid IS NULL THEN 'there is no index %I.%I' ELSE 'the index %I.%I is INVALID' END,
    w.schema, w.name)
FROM (VALUES {wanted}) AS w (schema, name)
LEFT JOIN LATERAL (
    SELECT x.indisvalid
    FROM pg_catalog.pg_index AS x
    JOIN pg_catalog.pg_class AS c ON c.oid = x.indexrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = w.schema AND c.relname = w.name
) AS i ON true
WHERE i.indisvalid IS NOT TRUE
"""

INVARIANT = Invariant(
    doc="indexes that must be there, and valid",
    example="[customers_by_mail, sales.orders_by_day]",
    shape=ListOf(NAME),
    queries=for_names(MISSING),
    next_step="surefoot status tells what is pending, surefoot drift what was dropped by hand",
)
