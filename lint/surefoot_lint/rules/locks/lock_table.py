"""A table that is in use is locked by LOCK TABLE, against writes or against all.

The lock is held to the end of the migration, whatever else is in it. The statement waits for all that hold another
lock, and those who come after it wait behind it.

Leave it to each statement to take the lock that it needs. Where rows must not change between two statements, lock
those rows with SELECT … FOR UPDATE, or do it in one statement.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.session import LockTable
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, CLOSING
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);"
BAD = "LOCK TABLE cat IN SHARE MODE; -- ← LK307"
GOOD = "LOCK TABLE cat IN ROW EXCLUSIVE MODE;"
ADVICE = "leave the lock to the statement that needs it"


@rule("LK307", "lock-table", Level.WARNING)
def lock_table(moment: Moment[LockTable]) -> Iterator[Found]:
    """Find a lock on a table in use that keeps others from writing."""
    mode = moment.action.mode
    for table in moment.action.objects if mode in CLOSING else ():
        if moment.is_in_use(table):
            is_closed = mode == ACCESS_EXCLUSIVE
            message = f"{table.shown} is locked in {mode} mode to the end of the migration"
            lock = Lock(mode, "reads and writes" if is_closed else "writes", "transaction")
            yield moment.found(message, ADVICE, object=table, lock=lock)
