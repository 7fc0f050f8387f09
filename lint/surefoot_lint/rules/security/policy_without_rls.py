"""A policy is written for a table whose row security is off at the end of the migration.

The policy does nothing: PostgreSQL keeps it, and asks it about no row. The table looks protected in every listing of
policies, and all rows are open to whoever has privileges on it.

Say ALTER TABLE … ENABLE ROW LEVEL SECURITY in the same migration.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Evidence, Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.policies import policies_made
from surefoot_lint.rule import rule
from surefoot_lint.tables import tables_made

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name);
DROP POLICY IF EXISTS owners_read ON cat;
CREATE POLICY owners_read ON cat FOR SELECT USING (owner = current_user); -- ← SE103
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owners_read ON cat;
CREATE POLICY owners_read ON cat FOR SELECT USING (owner = current_user);
"""


@rule("SE103", "policy-without-rls", Level.ERROR)
def policy_without_rls(trip: RoundTrip) -> Iterator[Found]:
    """Find tables with a new policy that is never asked, once a table; none where its row security is not known."""
    if trip.is_unread:
        return
    new = {one.relation.object for one in tables_made(trip)}
    told: set[Object] = set()
    for one in policies_made(trip):
        table = one.relation.object
        is_known = table in new or (one.relation.is_whole and trip.before.is_closed)
        if is_known and not one.relation.row_security and table not in told:
            told.add(table)
            message = f"{one.shown} does nothing: the table's row security is off"
            advice = f"ALTER TABLE {table.shown} ENABLE ROW LEVEL SECURITY"
            evidence: Evidence = "static" if table in new else "history"
            yield trip.found(one.made.place, message, advice, object=one.policy.object, evidence=evidence)
