"""The rollback drops or changes something that the migration did not make or change.

Going one step back then takes what an earlier migration made: a table, a policy, a default, with all that depends on
it. Going forward again does not bring it back.

Undo in a rollback only what its own migration does.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.creating import Create
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.undoing import Difference, differences

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text NOT NULL);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "002_create_dogs.sql": "CREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "rollback_002.sql": """\
DROP TABLE IF EXISTS dog;
ALTER TABLE cat DROP COLUMN IF EXISTS name; -- ← RB104
""",
}
GOOD = {
    "001_create_cats.sql": "SET LOCAL lock_timeout = '5s';\nCREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "SET LOCAL lock_timeout = '5s';\nDROP TABLE IF EXISTS cat;",
    "002_create_dogs.sql": "SET LOCAL lock_timeout = '5s';\nCREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "rollback_002.sql": "SET LOCAL lock_timeout = '5s';\nDROP TABLE IF EXISTS dog;",
}


@rule("RB104", "over-reverting-rollback", Level.ERROR)
def over_reverting_rollback(trip: RoundTrip) -> Iterator[Found]:
    """Find what the rollback takes that the migration left as it was."""
    for difference in differences(trip):
        if difference.is_taken and difference.undone_by and not guarded_create(trip, difference):
            verb = "drops" if isinstance(difference.undone_by.action, Drop) else "changes"
            message = f"the rollback {verb} {difference.aspect}, which its migration leaves as it was"
            advice = "undo only what this migration does"
            yield trip.found(
                difference.undone_by.place, message, advice, object=difference.aspect.object, evidence="history"
            )


def guarded_create(trip: RoundTrip, difference: Difference) -> Located[Create] | None:
    """Find the CREATE … IF NOT EXISTS of the migration that found the object there already: RB105's matter."""
    for one in trip.forward:
        action = one.action
        if isinstance(action, Create) and action.guard and action.object.same(difference.aspect.object):
            return Located(one.file, one.statement, action)
    return None
