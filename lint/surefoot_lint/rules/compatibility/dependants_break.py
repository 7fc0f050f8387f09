"""Something is dropped, renamed or given another type, and what depends on it breaks or forbids it.

PostgreSQL refuses to drop what views, foreign keys, policies, triggers or generated columns use (2BP01), and to change
the type of a column that a view, policy, trigger or generated column uses (0A000): the migration fails. Bodies of
functions are text to it. They are not looked at, and fail when they are called next: a trigger's, at each write.

Drop what depends on it before, and make it again afterwards; replace the functions in the same migration.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import ChangeType, Drop, Rename
from surefoot_lint.actions.creating import CreateFunction
from surefoot_lint.context import Moment
from surefoot_lint.dependants import bodies_with, dependants_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import RELATIONS, Object
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, nickname text);
CREATE OR REPLACE VIEW nicknames WITH (security_invoker = true) AS SELECT nickname FROM cat;
"""
BAD = "ALTER TABLE cat DROP COLUMN IF EXISTS nickname; -- ← BC205"
BAD_ERROR = "2BP01"
GOOD = """\
CREATE OR REPLACE VIEW nicknames WITH (security_invoker = true) AS SELECT nickname, id FROM cat;
"""
MANY = 4


@rule("BC205", "dependants-break", Level.ERROR)
def dependants_break(moment: Moment[Drop | Rename | ChangeType]) -> Iterator[Found]:
    """Find what depends on an object of a migration; RB106 looks at rollbacks."""
    action = moment.action
    if moment.is_rollback:
        return
    level = None if moment.catalog.is_closed else Level.WARNING
    if refusing := _names(_refusing(moment)):
        verb = "give another type to" if isinstance(action, ChangeType) else "drop"
        message = f"PostgreSQL refuses to {verb} {action.object}, which {refusing} uses"
        yield moment.found(message, "drop that before, and make it again", level=level, evidence="history")
    if failing := _names(_failing(moment)):
        message = f"the body of {failing} still names {action.object}"
        least = Level.WARNING if action.object.kind == "column" else level
        yield moment.found(message, "replace it in the same migration", level=least, evidence="history")


def _names(objects: Iterator[Object]) -> str:
    found = sorted({str(one) for one in objects})
    return ", ".join(found[:MANY]) + (" and more" if len(found) > MANY else "")


def _refusing(moment: Moment[Drop | Rename | ChangeType]) -> Iterator[Object]:
    """List what makes PostgreSQL refuse it; a rename is followed, and what falls in the same statement is no matter."""
    action = moment.action
    if isinstance(action, Rename) or (isinstance(action, Drop) and action.cascade):
        return
    falling = [one.object for one in moment.facts.actions if isinstance(one, Drop)]
    for dependant in dependants_of(moment.catalog, action.object):
        is_of_type = isinstance(action, Drop) or dependant.kind != "constraint"
        if is_of_type and not any(_falls_with(dependant, one) for one in falling):
            yield dependant


def _falls_with(dependant: Object, dropped: Object) -> bool:
    return dependant.same(dropped) or (dropped.kind in RELATIONS and dependant[1:3] == dropped[1:3])


def _failing(moment: Moment[Drop | Rename | ChangeType]) -> Iterator[Object]:
    """List the functions that are left with the old name in their bodies."""
    action = moment.action
    if isinstance(action, ChangeType) or moment.is_made_again(action.object):
        return
    changed = [one.object for one in moment.others(CreateFunction)] + [one.object for one in moment.others(Drop)]
    for function in bodies_with(moment.catalog, action.object):
        if not any(function.same(one) for one in changed):
            yield function
