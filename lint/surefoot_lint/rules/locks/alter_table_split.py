"""Several ALTER TABLE statements follow each other on one table that is in use, and could be one.

Each of them takes the table's lock anew where the file runs outside a transaction, and waits for it again; and each
reads or writes all rows by itself where one would do that once for all.

Write one ALTER TABLE with its changes separated by commas. What must come in its order is not reported: a constraint
that is dropped and added again, a change of what the one before it added, SET NOT NULL before its CHECK goes, VALIDATE.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions import Action, AddColumn, AddConstraint, ChangeType, Drop, SetDefault, SetNullable
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule
from surefoot_lint.split import Statement

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);"
BAD = """\
ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text;
ALTER TABLE cat ADD COLUMN IF NOT EXISTS note text; -- ← LK403
"""
GOOD = """\
ALTER TABLE cat
    ADD COLUMN IF NOT EXISTS name text,
    ADD COLUMN IF NOT EXISTS note text;
"""
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "instant")
PARTS = AddColumn | AddConstraint | ChangeType | Drop | SetDefault | SetNullable
ADVICE = "one ALTER TABLE, with its changes separated by commas"


@rule("LK403", "alter-table-split", Level.INFORMATION)
def alter_table_split(
    moment: Moment[AddColumn | AddConstraint | ChangeType | Drop | SetDefault | SetNullable],
) -> Iterator[Found]:
    """Find an ALTER TABLE that could have been part of the statement before it."""
    here, table = moment.facts.actions, moment.action.object.owner
    if moment.action is not here[0] or not _is_part(moment.statement, here, table) or not moment.is_in_use(table):
        return
    if (before := _before(moment)) and _is_part(before[0], before[1], table) and not _has_order(before[1], here):
        message = f"{table.shown} is altered again, right after the statement before"
        yield moment.found(message, ADVICE, lock=LOCK)


def _before(moment: Moment[PARTS]) -> tuple[Statement, tuple[Action, ...]] | None:
    """Find the statement before this one, with what it does."""
    earlier = moment.walk.earlier
    if not earlier:
        return None
    last = earlier[-1].statement
    actions: list[Action] = []
    for located in reversed(earlier):
        if located.statement is not last:
            break
        actions.append(located.action)
    return last, tuple(reversed(actions))


def _is_part(statement: Statement, actions: tuple[Action, ...], table: Object) -> bool:
    """Tell whether a statement is an ALTER TABLE whose changes can be joined with others."""
    return statement.words[:2] == ("alter", "table") and all(
        isinstance(one, PARTS) and one.object.owner == table and not one.in_block for one in actions
    )


def _has_order(before: tuple[Action, ...], here: tuple[Action, ...]) -> bool:
    """Tell whether the one must be done before the other."""
    if any(isinstance(one, SetNullable) for one in before) and any(isinstance(one, Drop) for one in here):
        return True
    done = {_part(one) for one in before}
    return any(_part(one) in done or not done.isdisjoint(_uses(one)) for one in here)


def _part(action: Action) -> str:
    of: Object = getattr(action, "object")  # noqa: B009 - each part of an ALTER TABLE has one
    return str(of.part)


def _uses(action: Action) -> tuple[str, ...]:
    return action.constraint.columns if isinstance(action, AddConstraint) else ()
