"""Several ALTER TABLE statements follow each other on one table that is in use, and could be one.

Each of them takes the table's lock anew where the file runs outside a transaction, and waits for it again; and each
reads or writes all rows by itself where one would do that once for all.

Write one ALTER TABLE with its changes separated by commas. What must come in its order is not reported: a constraint
that is dropped and added again, a change of what the one before it added, SET NOT NULL before its CHECK goes, one
DROP after another, VALIDATE.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice, repeat

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import ChangeType, Drop, SetDefault, SetNullable
from surefoot_lint.actions.creating import AddColumn, AddConstraint
from surefoot_lint.context import Located, Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

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
Actions = tuple[Action, ...]
KINDS = ("column", "constraint")
PARTS = AddColumn | AddConstraint | ChangeType | Drop | SetDefault | SetNullable
ADVICE = "one ALTER TABLE, with its changes separated by commas"


@rule("LK403", "alter-table-split", Level.INFORMATION)
def alter_table_split(
    moment: Moment[AddColumn | AddConstraint | ChangeType | Drop | SetDefault | SetNullable],
) -> Iterator[Found]:
    """Find an ALTER TABLE that could have been part of the statement before it, the first of a row of them."""
    here, table = moment.facts.actions, moment.action.object.owner
    if moment.action is not here[0] or not moment.is_in_use(table):
        return
    if moment.statement.words[:2] != ("alter", "table"):  # domains have constraints too
        return
    last, before = islice(chain(_backwards(moment.walk.earlier), repeat(())), 2)
    if _can_join(last, here, table) and not _can_join(before, last, table):
        message = f"{table.shown} is altered again, right after the statement before"
        yield moment.found(message, ADVICE, lock=LOCK)


def _backwards(earlier: Sequence[Located[Action]]) -> Iterator[Actions]:
    """Give what each statement before did, the last statement first."""
    for _, located in groupby(reversed(earlier), lambda one: id(one.statement)):
        yield tuple(one.action for one in located)[::-1]


def _can_join(before: Actions, here: Actions, table: Object) -> bool:
    """Tell whether two statements are changes of one table that can be made at once."""
    return _is_part(before, table) and _is_part(here, table) and not _has_order(before, here)


def _is_part(actions: Actions, table: Object) -> bool:
    """Tell whether a statement is an ALTER TABLE whose changes can be joined with others; DROP TABLE is none."""
    return bool(actions) and all(
        isinstance(one, PARTS) and one.object.kind in KINDS and one.object.owner == table and not one.in_block
        for one in actions
    )


def _has_order(before: Actions, here: Actions) -> bool:
    """Tell whether the one must be done before the other."""
    drops = any(isinstance(one, Drop) for one in here)
    if drops and any(isinstance(one, SetNullable | Drop) for one in before):
        return True
    done = {_part(one) for one in before}
    return any(_part(one) in done or not done.isdisjoint(_uses(one)) for one in here)


def _part(action: Action) -> str:
    of: Object = getattr(action, "object")  # noqa: B009 - each part of an ALTER TABLE has one
    return str(of.part)


def _uses(action: Action) -> tuple[str, ...]:
    return action.constraint.columns if isinstance(action, AddConstraint) else ()
