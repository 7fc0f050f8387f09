"""A trigger or a policy is made without a guard, so that the file cannot be run twice.

Neither has IF NOT EXISTS. The second run stops there, because it exists already; the table may be left with some of
its policies, and none of those below.

Write CREATE OR REPLACE TRIGGER, which PostgreSQL has since version 14. A policy, like a constraint trigger, is dropped
first: DROP POLICY IF EXISTS … ON …; in the same transaction nobody sees the table without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import Create, CreatePolicy, CreateTrigger
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.repeating import level_of, unrepeatable
from surefoot_lint.rule import rule

TABLE = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, keeper text NOT NULL, seen_at timestamptz);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    new.seen_at := now();
    RETURN new;
END
$$;
"""
BAD = f"""\
{TABLE}
CREATE TRIGGER stamp BEFORE UPDATE ON cat FOR EACH ROW EXECUTE FUNCTION stamp(); -- ← ID108
CREATE POLICY keepers_read ON cat FOR SELECT USING (keeper = (SELECT CURRENT_USER)); -- ← ID108
"""
GOOD = f"""\
{TABLE}
CREATE OR REPLACE TRIGGER stamp BEFORE UPDATE ON cat FOR EACH ROW EXECUTE FUNCTION stamp();
DROP POLICY IF EXISTS keepers_read ON cat;
CREATE POLICY keepers_read ON cat FOR SELECT USING (keeper = (SELECT CURRENT_USER));
"""


@rule("ID108", "unguarded-trigger-or-policy", Level.ERROR)
def unguarded_trigger_or_policy(trip: RoundTrip) -> Iterator[Found]:
    """Find a trigger without OR REPLACE, or a policy, that was not dropped before."""
    for one in unrepeatable(trip, CreateTrigger, CreatePolicy):
        of = one.action.object
        message = f"{of} is made unguarded: a second run stops here"
        yield trip.found(one.place, message, _advice(one), object=of, level=level_of(trip))


def _advice(one: Located[Create]) -> str:
    of = one.action.object
    if of.kind == "trigger" and one.statement.words[1:2] != ("constraint",):
        return "CREATE OR REPLACE TRIGGER"
    return f"DROP {of.kind.upper()} IF EXISTS {of.part} ON {of.owner.shown}; before it"
