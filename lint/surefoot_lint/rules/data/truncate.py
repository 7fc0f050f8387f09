"""A table is emptied by TRUNCATE that was there before.

All rows are gone, whoever put them in; triggers for DELETE do not run. With CASCADE the tables that refer to it are
emptied too. It takes ACCESS EXCLUSIVE: nobody can read the table until the migration ends.

Delete by the keys of the rows that are meant, in portions where they are many. Rows of reference are kept up to date
by INSERT … ON CONFLICT DO UPDATE, without emptying the table. A table that this migration made is no matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.writing import Truncate
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS breed (name text PRIMARY KEY);"
BAD = "TRUNCATE breed; -- ← DL105"
GOOD = "INSERT INTO breed (name) VALUES ('Manx'), ('Bengal') ON CONFLICT (name) DO NOTHING;"
LOCK = Lock("ACCESS EXCLUSIVE", "reads and writes", "instant")


@rule("DL105", "truncate", Level.ERROR)
def truncate(moment: Moment[Truncate]) -> Iterator[Found]:
    """Find TRUNCATE of tables that this migration did not make."""
    action = moment.action
    if not moment.is_rollback and not moment.is_new(action.object):
        more = ", and all tables that refer to it" if action.cascade else ""
        message = f"all rows of {action.object.shown} are deleted{more}"
        yield moment.found(message, "delete by the keys of the rows that are meant", lock=LOCK)
