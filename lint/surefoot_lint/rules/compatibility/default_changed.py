"""The default of a column is changed or dropped, in a table in use.

Code that is still running leaves the column out and relied on the old value: its rows now get another one, or NULL.
Where the column is NOT NULL and the default is dropped, its INSERTs fail. Rows that are there already keep their value.

See that code which leaves the column out means the new default. This is for information: the change itself is instant.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import SetDefault
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, lives integer DEFAULT 9);"
BAD = "ALTER TABLE cat ALTER COLUMN lives SET DEFAULT 7; -- ← BC302"
GOOD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS toys integer DEFAULT 0;"


@rule("BC302", "default-changed", Level.INFORMATION)
def default_changed(moment: Moment[SetDefault]) -> Iterator[Found]:
    """Find SET and DROP DEFAULT of columns that this migration did not make, where another is known or may be."""
    action = moment.action
    column = moment.catalog.column(action.object)
    if moment.is_rollback or moment.is_made_here(action.object):
        return
    old = column.default.text if column and column.default else None
    if column is None or old != action.value:
        message = f"rows of code that leaves {action.object.shown} out get {action.value or 'NULL'}"
        if column:
            message += f" and no longer {old or 'NULL'}"
        yield moment.found(message, "see that the code means that", evidence="history" if column else "static")
