"""A CHECK is added to a table that is in use, and tested on all its rows at once.

ALTER TABLE takes an ACCESS EXCLUSIVE lock: nobody can read or write until the last row is tested. The same holds for a
column that is added with a CHECK: PostgreSQL reads all rows, though all have the same value.

Add it as NOT VALID, which is instant and holds for all new rows. VALIDATE CONSTRAINT in a migration after that: it
reads the rows while reads and writes go on.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddColumn, AddConstraint
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, level_in
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, lives bigint);"
BAD = """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_lives_check;
ALTER TABLE cat ADD CONSTRAINT cat_lives_check CHECK (lives <= 9); -- ← LK203
"""
GOOD = """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_lives_check;
ALTER TABLE cat ADD CONSTRAINT cat_lives_check CHECK (lives <= 9) NOT VALID;
"""
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "scan")
ADVICE = "add it as NOT VALID, and VALIDATE CONSTRAINT in a migration after this one"
OF_COLUMN = "add the column, then the CHECK as NOT VALID, and VALIDATE CONSTRAINT in a migration after this one"


@rule("LK203", "check-validated-at-once", Level.ERROR)
def check_validated_at_once(moment: Moment[AddConstraint | AddColumn]) -> Iterator[Found]:
    """Find a CHECK on a table in use that is not NOT VALID."""
    action, table = moment.action, moment.action.object.owner
    if isinstance(action, AddColumn):
        check, advice = action.column.has("check"), OF_COLUMN
    else:
        check, advice = action.constraint, ADVICE
    is_of_table = not (isinstance(action, AddConstraint) and action.on_domain)
    if check and check.kind == "check" and check.valid and is_of_table and moment.is_in_use(table):
        message = f"{table.shown} is closed until each row is tested by {check.name or 'the CHECK'}"
        yield moment.found(message, advice, level=level_in(moment), lock=LOCK)
