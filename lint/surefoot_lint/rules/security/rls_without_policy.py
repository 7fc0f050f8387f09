"""Row security is switched on, and at the end of the migration the table has no policy.

Nobody but the table's owner, superusers and roles with BYPASSRLS then reads or writes a single row. Queries do not
fail, they find nothing; a client that worked yesterday shows empty lists.

Write the policies in the same migration. Where clients are to be kept out on purpose, say it: a table from which all
is revoked from PUBLIC, or from the client roles, is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import SetRowSecurity
from surefoot_lint.context import Located, RoundTrip, actions_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.privileges import closed_to
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY; -- ← SE102
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owners_read ON cat;
CREATE POLICY owners_read ON cat FOR SELECT USING (owner = current_user);
CREATE TABLE IF NOT EXISTS cat_log (id bigint PRIMARY KEY, note text);
ALTER TABLE cat_log ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON cat_log FROM PUBLIC;
"""


@rule("SE102", "rls-without-policy", Level.WARNING)
def rls_without_policy(trip: RoundTrip) -> Iterator[Found]:
    """Find tables that this migration shuts to all; quiet where policies may be there that are not known."""
    if trip.is_unread:
        return
    enabled: dict[Object, Located[SetRowSecurity]] = {}
    for one in actions_of(trip.forward, SetRowSecurity):
        if one.action.on and one.action.aspect == "row security":
            enabled[one.action.object] = one
    for table, enabling in enabled.items():
        relation, was = trip.after.relation(table), trip.before.relation(table)
        is_known = relation is not None and relation.is_whole and (was is None or trip.before.is_closed)
        if relation is None or not is_known or not relation.row_security or relation.policies:
            continue
        if not closed_to(trip.after, table) and not (was and was.row_security):
            message = f"{table.shown} has row security and no policy, so no client finds a row in it"
            advice = "write a policy, or REVOKE ALL from the clients where they are kept out on purpose"
            yield trip.found(enabling.place, message, advice, object=table)
