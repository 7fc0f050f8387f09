"""Tables that must be there."""

from __future__ import annotations

from surefoot_lint.document import ListOf
from surefoot_lint.invariant import NAME, Invariant, for_names

MISSING = """
SELECT format('there is no table %I.%I', w.schema, w.name)
FROM (VALUES {wanted}) AS w (schema, name)
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = w.schema AND c.relname = w.name AND c.relkind IN ('r', 'p', 'f')
)
"""

INVARIANT = Invariant(
    doc="tables that must be there",
    example="[customers, sales.orders]",
    shape=ListOf(NAME),
    queries=for_names(MISSING),
    next_step="surefoot status tells what is pending, surefoot drift what was dropped by hand",
)
