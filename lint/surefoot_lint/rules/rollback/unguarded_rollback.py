"""A statement of the rollback fails where its work is done already: DROP without IF EXISTS.

Rolled back in part by hand, or a second time after a mistake, it stops at the first statement, and the rest is not
undone.

Write IF EXISTS: a rollback should end in the same state from wherever it starts.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE cat; -- ← RB110",
}
GOOD = {
    "001_create_cats.sql": "SET LOCAL lock_timeout = '5s';\nCREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "SET LOCAL lock_timeout = '5s';\nDROP TABLE IF EXISTS cat;",
}


@rule("RB110", "unguarded-rollback", Level.WARNING)
def unguarded_rollback(moment: Moment[Drop]) -> Iterator[Found]:
    """Find a DROP in a rollback that fails where there is nothing to drop."""
    action = moment.action
    if moment.is_rollback and not action.guard and not action.object.is_temporary:
        yield moment.found(f"{action.object} is dropped without IF EXISTS", "add IF EXISTS")
