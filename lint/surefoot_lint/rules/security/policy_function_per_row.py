"""A policy calls a function such as auth.uid() or current_setting() for each row that a query looks at.

The planner does not know that the answer is the same for all rows. On a large table a query that took milliseconds
takes seconds: the function reads a setting and parses JSON once a row.

Wrap the call in a sub-select: `(SELECT auth.uid())`. The planner then asks once for the whole query, and can use an
index with the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.policies import policies_made
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner text);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owners_read ON cat;
CREATE POLICY owners_read ON cat FOR SELECT USING (owner = current_setting('app.person', true)); -- ← SE105
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner text);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owners_read ON cat;
CREATE POLICY owners_read ON cat FOR SELECT USING (owner = (SELECT current_setting('app.person', true)));
"""
SAME_FOR_ALL_ROWS = ("auth.uid", "auth.jwt", "auth.role", "auth.email", "current_setting")


@rule("SE105", "policy-function-per-row", Level.WARNING)
def policy_function_per_row(trip: RoundTrip) -> Iterator[Found]:
    """Find calls outside sub-selects in the conditions of policies."""
    for one in policies_made(trip):
        direct = [name for part in (one.policy.using, one.policy.check) if part for name in part.direct]
        called = next((name for name in SAME_FOR_ALL_ROWS if name in direct), None)
        if called:
            message = f"{one.shown} calls {called}() for each row"
            yield trip.found(one.made.place, message, f"(SELECT {called}(…))", object=one.policy.object)
