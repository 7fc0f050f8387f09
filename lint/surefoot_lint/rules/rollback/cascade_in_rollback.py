"""The rollback drops something with CASCADE.

All that depends on it goes too, without being named: views, foreign keys, policies, columns of later migrations and
of other teams. Going forward again does not bring them back, and no one knows what they were.

Drop what depends on it by name, before. What this migration did not make should rather stop the rollback than go.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.writing import Truncate
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat CASCADE; -- ← RB107",
}
GOOD = {
    "001_create_cats.sql": "SET LOCAL lock_timeout = '5s';\nCREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "SET LOCAL lock_timeout = '5s';\nDROP TABLE IF EXISTS cat;",
}


@rule("RB107", "cascade-in-rollback", Level.WARNING)
def cascade_in_rollback(moment: Moment[Drop | Truncate]) -> Iterator[Found]:
    """Find CASCADE in a rollback."""
    action = moment.action
    if moment.is_rollback and action.cascade and not action.object.is_temporary:
        message = f"CASCADE takes whatever depends on {action.object}, unnamed"
        yield moment.found(message, "drop what depends on it by name, before")
