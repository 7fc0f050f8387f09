"""A column that is NOT NULL and has no default is added to a table in use.

On a table with rows the server refuses it at once (23502). On an empty one it succeeds, and from then on each INSERT
of code that does not know the column yet fails with the same error.

Add the column with a default, which is instant for a constant, or without NOT NULL: let new code write it, fill the
old rows in portions, and demand it by CHECK (… IS NOT NULL) NOT VALID and VALIDATE later.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.columns import Column
from surefoot_lint.actions.creating import AddColumn
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);"
BAD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text NOT NULL; -- ← BC301"
GOOD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text NOT NULL DEFAULT 'Tom';"


@rule("BC301", "required-column", Level.ERROR)
def required_column(moment: Moment[AddColumn]) -> Iterator[Found]:
    """Find ADD COLUMN … NOT NULL without anything that gives it a value."""
    action = moment.action
    is_there = bool(action.guard) and moment.catalog.column(action.object) is not None
    if moment.is_rollback or is_there or not moment.is_in_use(action.object.owner):
        return
    if action.column.not_null and not _has_value(moment, action.column):
        message = f"rows that code inserts without {action.object.shown} are refused, and rows of before too"
        yield moment.found(message, "give it a default, or demand it once all code writes it")


def _has_value(moment: Moment[AddColumn], column: Column) -> bool:
    default = column.default
    if default and default.literal == "null":
        return False
    domain = moment.catalog.type(column.type)
    of_domain = domain is not None and domain.default is not None
    return default is not None or of_domain or bool(column.identity or column.type.serial or column.generated)
