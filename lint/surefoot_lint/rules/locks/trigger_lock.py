"""A trigger is made, dropped or switched on a table that is in use.

CREATE TRIGGER takes a SHARE ROW EXCLUSIVE lock, and so waits for all that write; DROP TRIGGER takes ACCESS EXCLUSIVE,
and waits for readers too, as does a rule that is switched. They are short, but whoever comes after them waits behind
them. Dropping a trigger to make it again takes the stronger lock, and holds it to the end of the migration.

Write CREATE OR REPLACE TRIGGER (from PostgreSQL 14 on), which is not reported, in a short migration with a
lock_timeout.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Drop, SetTriggers
from surefoot_lint.actions.creating import CreateTrigger
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, SHARE_ROW_EXCLUSIVE, is_first, is_of_rules
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, changed_at timestamptz);
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := now();
    RETURN NEW;
END
$$;
"""
BAD = """\
DROP TRIGGER IF EXISTS cat_touch ON cat; -- ← LK308
CREATE TRIGGER cat_touch BEFORE UPDATE ON cat FOR EACH ROW EXECUTE FUNCTION touch();
"""
GOOD = "CREATE OR REPLACE TRIGGER cat_touch BEFORE UPDATE ON cat FOR EACH ROW EXECUTE FUNCTION touch();"
CLOSED = Lock(ACCESS_EXCLUSIVE, "reads and writes", "instant")
SHARED = Lock(SHARE_ROW_EXCLUSIVE, "writes", "instant")
ADVICE = "CREATE OR REPLACE TRIGGER, in a short migration with a lock_timeout"


@rule("LK308", "trigger-lock", Level.INFORMATION)
def trigger_lock(moment: Moment[CreateTrigger | Drop | SetTriggers]) -> Iterator[Found]:
    """Find the first statement that locks a table in use for a trigger; a rollback has no other way."""
    action, table = moment.action, moment.action.object.owner
    known = moment.relation(table)
    is_view = known is not None and known.view is not None
    if moment.is_rollback or is_view or not is_first(moment, _locks) or not moment.is_in_use(table):
        return
    is_closed = isinstance(action, Drop) or is_of_rules(action)
    who = "read or write" if is_closed else "write"
    message = f"all who {who} {table.shown} wait for a moment"
    yield moment.found(message, ADVICE, lock=CLOSED if is_closed else SHARED)


def _locks(action: Action) -> bool:
    if isinstance(action, CreateTrigger):
        return not action.guard.replace
    return isinstance(action, SetTriggers) or (isinstance(action, Drop) and action.object.kind == "trigger")
