"""The type of a column is changed to one that cannot hold all values of the old one.

A value that does not fit stops the migration: too long for the length (22001), out of range (22003), or no number or
date at all (22P02). What fits only in part is changed without a word: fractions are rounded, times of day are cut off.
It depends on the rows, so that it succeeds on a test database and fails, or loses, in production.

Look for values that do not fit first. Bound new values by CHECK … NOT VALID, and validate it later; a length is better
checked so than by the type. To change the type, add a column of the new one, copy what fits, and decide on the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import ChangeType
from surefoot_lint.casts import loses
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name varchar(100));"
BAD = "ALTER TABLE cat ALTER COLUMN name TYPE varchar(20); -- ← DL201"
GOOD = "ALTER TABLE cat ALTER COLUMN name TYPE varchar(200);"


@rule("DL201", "narrowing-cast", Level.WARNING)
def narrowing_cast(moment: Moment[ChangeType]) -> Iterator[Found]:
    """Find casts that may lose values, of columns whose old type is known."""
    action = moment.action
    column = moment.catalog.column(action.object)
    if moment.is_rollback or column is None or not moment.is_in_use(action.object.owner):
        return
    if loses(column.type, action.type):
        message = f"not all values of {action.object.shown}, {column.type.shown}, fit into {action.type.shown}"
        yield moment.found(message, "look for values that do not fit, and decide on them first", evidence="history")
