"""A column is renamed that was there before.

Code that is still running asks for the old name, and fails with 42703 (undefined_column) from that moment until the
last of it is replaced. Code of the new release fails until then if it starts earlier.

Add a column of the new name, write both, copy the values in portions, read the new one, and drop the old one some
releases later. Or leave the name in the database as it is, and map it in the code. What this migration made is free.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Rename
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = "ALTER TABLE cat RENAME COLUMN name TO nickname; -- ← BC101"
GOOD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS nickname text;"


@rule("BC101", "rename-column", Level.ERROR)
def rename_column(moment: Moment[Rename]) -> Iterator[Found]:
    """Find the renaming of columns that this migration did not make."""
    action = moment.action
    if action.object.kind == "column" and not moment.is_rollback and not moment.is_made_here(action.object):
        message = f"code that is running asks for {action.object.shown}, which becomes {action.to.part}"
        yield moment.found(message, "add a column of the new name, move over, and drop the old one later")
