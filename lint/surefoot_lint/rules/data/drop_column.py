"""A column is dropped that was there before.

Its values are gone for good: a rollback can add the column again, but not what was in it. Code that is still running
fails with 42703 (undefined_column) from that moment on, also where an ORM lists all columns it knows.

First release code that neither reads nor writes the column; drop its NOT NULL, so that new rows may do without it.
Drop the column some releases later, in a migration of its own. A column that this migration added is no matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, nickname text);"
BAD = "ALTER TABLE cat DROP COLUMN IF EXISTS nickname; -- ← DL106"
GOOD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS petname text;"


@rule("DL106", "drop-column", Level.WARNING)
def drop_column(moment: Moment[Drop]) -> Iterator[Found]:
    """Find the drop of columns that this migration did not add."""
    column = moment.action.object
    if moment.is_rollback or column.kind != "column" or moment.is_made_here(column):
        return
    message = f"column {column.shown} is dropped with all its values"
    yield moment.found(message, "release code that does without it first, and keep a backup")
