"""Every constraint holds for the rows that were there before it too."""

from __future__ import annotations

from surefoot_lint.every_table import EVERYWHERE, OWN, TABLES, in_every_table
from surefoot_lint.invariant import Invariant

# A constraint that is NOT ENFORCED (since PostgreSQL 18) is never validated, and is meant so.
NOT_VALID = f"""
SELECT format('the constraint %I of %I.%I is not validated', k.conname, n.nspname, n.relname)
FROM pg_catalog.pg_constraint AS k
CROSS JOIN LATERAL (SELECT n.nspname, c.relname {TABLES} AND c.oid = k.conrelid) AS n
WHERE NOT k.convalidated AND coalesce(to_jsonb(k) ->> 'conenforced', 'true') = 'true'
UNION ALL
SELECT format('the constraint %I of the domain %I.%I is not validated', k.conname, n.nspname, t.typname)
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_type AS t ON t.oid = k.contypid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE NOT k.convalidated AND n.nspname = ANY ({{schemas}}) AND {OWN.format(catalog="pg_type", oid="t.oid")}
"""

INVARIANT = Invariant(
    doc="every constraint holds for all rows",
    example="true",
    shape=EVERYWHERE,
    queries=in_every_table(NOT_VALID),
    next_step="ALTER TABLE … VALIDATE CONSTRAINT … in a new migration",
)
