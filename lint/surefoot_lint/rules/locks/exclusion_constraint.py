"""An exclusion constraint is added to a table that is in use.

ALTER TABLE takes an ACCESS EXCLUSIVE lock: nobody can read or write until the index is built and each row is compared
with those it may exclude. There is neither NOT VALID nor USING INDEX for it.

Add it while the table is new. Or make a new table with the constraint, write to both, copy the rows in small batches,
and let code change over. On a small table say so, with a short lock_timeout:
`-- surefoot: allow exclusion-constraint: some 100 rows`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddConstraint
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS stay (id bigint PRIMARY KEY, days daterange);"
BAD = """\
ALTER TABLE stay DROP CONSTRAINT IF EXISTS stay_days_excl;
ALTER TABLE stay ADD CONSTRAINT stay_days_excl EXCLUDE USING gist (days WITH &&); -- ← LK207
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS trip (
    id bigint PRIMARY KEY,
    days daterange,
    CONSTRAINT trip_days_excl EXCLUDE USING gist (days WITH &&)
);
"""
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "scan")
ADVICE = "add it while the table is new, or move the rows to a new table that has it"


@rule("LK207", "exclusion-constraint", Level.WARNING)
def exclusion_constraint(moment: Moment[AddConstraint]) -> Iterator[Found]:
    """Find an exclusion constraint that is added to a table in use."""
    constraint, table = moment.action.constraint, moment.action.object.owner
    if constraint.kind == "exclude" and moment.is_in_use(table):
        message = f"{table.shown} is closed until the index of {constraint.name} is built"
        yield moment.found(message, ADVICE, lock=LOCK)
