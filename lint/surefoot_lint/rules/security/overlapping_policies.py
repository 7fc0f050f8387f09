"""Several permissive policies of a table are asked for the same command of the same role.

They are joined by OR, so each of them is asked for each row until one says yes: queries get slower with every one,
and it takes all of them together to see what is allowed.

Write one policy with OR in it, or name the roles so that each policy is for its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from surefoot_lint.actions.creating import CreatePolicy
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.policies import MadePolicy, overlap, policies_made
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name, is_shown boolean);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owners_read ON cat;
CREATE POLICY owners_read ON cat FOR SELECT USING (owner = current_user);
DROP POLICY IF EXISTS all_read_shown ON cat;
CREATE POLICY all_read_shown ON cat FOR SELECT USING (is_shown); -- ← SE106
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner name, is_shown boolean);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS shown_or_own ON cat;
CREATE POLICY shown_or_own ON cat FOR SELECT USING (is_shown OR owner = current_user);
"""


@rule("SE106", "overlapping-policies", Level.INFORMATION)
def overlapping_policies(trip: RoundTrip) -> Iterator[Found]:
    """Find policies that are asked beside one that was made before them."""
    for one in policies_made(trip):
        other = _asked_before(one)
        if other and one.policy.permissive:
            message = f'{one.shown} is asked beside "{other.object.part}" for the same command and role'
            yield trip.found(one.made.place, message, "one policy with OR in it", object=one.policy.object)


def _asked_before(one: MadePolicy) -> CreatePolicy | None:
    policies = takewhile(lambda other: other.object != one.policy.object, one.relation.policies.values())
    return next((other for other in policies if other.permissive and overlap(one.policy, other)), None)
