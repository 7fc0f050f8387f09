"""A column of a table in use may be NULL from now on.

Code that is still running was written for values that are always there. It reads the first NULL that new code writes,
and fails, or takes it for something else: sums, joins and NOT IN treat NULL in ways of their own.

Make sure that old code is gone, or minds NULL, before new code writes it. This is for information: to drop NOT NULL
is also the first step of giving a column up.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import SetNullable
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text NOT NULL);"
BAD = "ALTER TABLE cat ALTER COLUMN name DROP NOT NULL; -- ← BC203"
GOOD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS nickname text;"


@rule("BC203", "drop-not-null", Level.INFORMATION)
def drop_not_null(moment: Moment[SetNullable]) -> Iterator[Found]:
    """Find DROP NOT NULL of columns that this migration did not make, and that had it as far as is known."""
    action = moment.action
    column = moment.catalog.column(action.object)
    if moment.is_rollback or not action.nullable or moment.is_made_here(action.object):
        return
    if column is None or column.not_null:
        message = f"code that is running does not expect NULL in {action.object.shown}"
        yield moment.found(message, "see that old code minds NULL before new code writes it")
