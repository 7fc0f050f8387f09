"""A policy lets every client write every row: its USING or its WITH CHECK is true.

Policies of a table are joined by OR: one that is always true makes all others of its command void. Whoever has the
privilege changes or deletes the rows of everyone else. For reads this is information: content may be meant for all.

Write what makes a row the client's own, such as `owner_id = (SELECT auth.uid())`. Roles of the back end, such as
service_role, need no policy. A restrictive policy beside it, which is joined by AND, makes it harmless too.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import CreatePolicy
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Expression
from surefoot_lint.policies import MadePolicy, overlap, policies_made
from surefoot_lint.privileges import CLIENTS
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owners_update ON cat;
CREATE POLICY owners_update ON cat FOR UPDATE USING (true); -- ← SE104
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owners_update ON cat;
CREATE POLICY owners_update ON cat FOR UPDATE USING (owner = current_user);
"""


@rule("SE104", "policy-always-true", Level.WARNING)
def policy_always_true(trip: RoundTrip) -> Iterator[Found]:
    """Find policies that let clients do what they like; restrictive ones never do."""
    for one in policies_made(trip):
        policy, clients = one.policy, sorted(CLIENTS.intersection(one.policy.roles))
        if not policy.permissive or not clients or _is_narrowed(one):
            continue
        who = "everyone" if "public" in clients else " and ".join(clients)
        about = policy.object
        if writes := _writes(policy):
            message = f"{one.shown} lets {who} {writes} any row"
            yield trip.found(one.made.place, message, "write whose rows they are", object=about)
        elif policy.command in ("select", "all") and _is_true(policy.using):
            message = f"{one.shown} lets {who} read every row"
            advice = "write whose rows they are, unless all rows are meant for everyone"
            yield trip.found(one.made.place, message, advice, object=about, level=Level.INFORMATION)


def _writes(policy: CreatePolicy) -> str:
    """Name what the policy always allows: USING chooses the rows of before, and new rows where CHECK is not said."""
    check = policy.check or policy.using
    words = []
    if policy.command in ("insert", "all") and _is_true(check):
        words.append("insert")
    if policy.command in ("update", "all") and (_is_true(policy.using) or _is_true(check)):
        words.append("update")
    if policy.command in ("delete", "all") and _is_true(policy.using):
        words.append("delete")
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _is_true(expression: Expression | None) -> bool:
    if expression is None:
        return False
    is_same = expression.is_constant and expression.operators == ("=",) and len(expression.values) == 2
    return expression.literal == "true" or (is_same and expression.values[0] == expression.values[1])


def _is_narrowed(one: MadePolicy) -> bool:
    """Tell whether a restrictive policy stands beside it."""
    others = one.relation.policies.values()
    return any(not other.permissive and overlap(one.policy, other) for other in others)
