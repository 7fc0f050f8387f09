"""A table is dropped that was there before.

Its rows are gone for good: a rollback can make the table again, but not what was in it. Code that is still running
fails with 42P01 (undefined_table) from that moment on.

First release code that no longer uses the table. Then rename it, so that whoever still does is noticed while going
back is easy, and drop it some releases later, with a backup at hand. A table that this migration made is no matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);"
BAD = "DROP TABLE IF EXISTS cat; -- ← DL101"
GOOD = """\
CREATE TEMPORARY TABLE cat_of_today AS SELECT id FROM cat;
DROP TABLE IF EXISTS cat_of_today;
"""


@rule("DL101", "drop-table", Level.WARNING)
def drop_table(moment: Moment[Drop]) -> Iterator[Found]:
    """Find the drop of tables that this migration did not make."""
    table = moment.action.object
    if moment.is_rollback or table.kind not in ("table", "foreign table") or moment.is_new(table):
        return
    message = f"table {table.shown} is dropped with all its rows"
    yield moment.found(message, "release code that does without it first, and keep a backup")
