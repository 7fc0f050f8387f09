"""No index is INVALID."""

from __future__ import annotations

from surefoot_lint.every_table import EVERYWHERE, TABLES, in_every_table
from surefoot_lint.invariant import Invariant

INVALID = f"""
SELECT format('the index %s is INVALID', x.indexrelid::regclass)
FROM pg_catalog.pg_index AS x
WHERE NOT x.indisvalid AND EXISTS (SELECT {TABLES} AND c.oid = x.indrelid)
"""

INVARIANT = Invariant(
    doc="no index is INVALID",
    example="true",
    shape=EVERYWHERE,
    queries=in_every_table(INVALID),
    next_step="REINDEX INDEX CONCURRENTLY …; or drop it, and build it again in a migration with transaction: false",
)
