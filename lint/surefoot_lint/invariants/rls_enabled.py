"""Every table has row-level security."""

from __future__ import annotations

from surefoot_lint.every_table import EVERYWHERE, TABLES, in_every_table
from surefoot_lint.invariant import Invariant

WITHOUT = f"SELECT format('%I.%I has no row-level security', n.nspname, c.relname) {TABLES} AND NOT c.relrowsecurity"

INVARIANT = Invariant(
    doc="every table has row-level security",
    example="{schemas: [public, sales], except: [public.countries]}",
    shape=EVERYWHERE,
    queries=in_every_table(WITHOUT),
    next_step="ALTER TABLE … ENABLE ROW LEVEL SECURITY in a new migration; or name the table under except",
)
