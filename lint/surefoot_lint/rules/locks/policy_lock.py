"""Row security of a table that is in use is changed: ENABLE ROW LEVEL SECURITY, CREATE, ALTER or DROP POLICY.

Each of them takes an ACCESS EXCLUSIVE lock. It is short, but it waits for every query that is running, and all that
come after it, readers too, wait behind it. Enabling row security hides all rows from those whom no policy lets in.

Make policies while a table is new. Otherwise keep to one table a migration, with a lock_timeout and nothing slow in it;
policies first, ENABLE after them.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Change, Drop, SetRowSecurity
from surefoot_lint.actions.creating import CreatePolicy
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, is_first
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, owner text);"
BAD = """\
DROP POLICY IF EXISTS cat_own ON cat; -- ← LK309
CREATE POLICY cat_own ON cat FOR SELECT USING (owner = current_user);
ALTER TABLE cat ENABLE ROW LEVEL SECURITY;
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS kitten (id bigint PRIMARY KEY, owner text);
DROP POLICY IF EXISTS kitten_own ON kitten;
CREATE POLICY kitten_own ON kitten FOR SELECT USING (owner = current_user);
ALTER TABLE kitten ENABLE ROW LEVEL SECURITY;
"""
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "instant")
ADVICE = "in a migration of its own, with a lock_timeout and nothing slow"


@rule("LK309", "policy-lock", Level.INFORMATION)
def policy_lock(moment: Moment[SetRowSecurity | CreatePolicy | Change | Drop]) -> Iterator[Found]:
    """Find the first statement that locks a table in use for its row security; a rollback has no other way."""
    table = moment.action.object.owner
    if moment.is_rollback or not is_first(moment, _locks) or not moment.is_in_use(table):
        return
    yield moment.found(f"all who read or write {table.shown} wait for a moment", ADVICE, lock=LOCK)


def _locks(action: Action) -> bool:
    if isinstance(action, SetRowSecurity | CreatePolicy):
        return True
    return isinstance(action, Change | Drop) and action.object.kind == "policy"
