"""Every table has a policy."""

from __future__ import annotations

from surefoot_lint.every_table import EVERYWHERE, TABLES, in_every_table
from surefoot_lint.invariant import Invariant

WITHOUT = f"""
SELECT format('%I.%I has no policy', n.nspname, c.relname) {TABLES}
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy AS p WHERE p.polrelid = c.oid)
"""

INVARIANT = Invariant(
    doc="every table has a policy",
    example="true",
    shape=EVERYWHERE,
    queries=in_every_table(WITHOUT),
    next_step="CREATE POLICY … in a new migration: without one nobody but the owner sees a row",
)
