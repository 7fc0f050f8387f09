"""DELETE takes all rows of a table that was there before.

Where the condition was forgotten, everything is gone. Where all rows are meant, so are those that others put in
meanwhile; foreign keys with ON DELETE CASCADE carry it on to other tables.

Delete by the keys of the rows that are meant. Rows of reference are kept up to date by INSERT … ON CONFLICT DO UPDATE,
without deleting them first. A table that this migration made is no matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.writing import Delete
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.rules.data.update_without_where import chooses

SETUP = "CREATE TABLE IF NOT EXISTS nap (id bigint PRIMARY KEY, ended timestamptz);"
BAD = "DELETE FROM nap; -- ← DM102"
GOOD = """\
DELETE FROM nap WHERE ended < '2020-01-01';
"""


@rule("DM102", "delete-without-where", Level.WARNING)
def delete_without_where(moment: Moment[Delete]) -> Iterator[Found]:
    """Find DELETE of all rows, in tables that this migration did not make."""
    action = moment.action
    if not moment.is_rollback and not moment.is_new(action.object) and not chooses(action.where):
        message = f"all rows of {action.object.shown} are deleted"
        yield moment.found(message, "delete by the keys of the rows that are meant")
