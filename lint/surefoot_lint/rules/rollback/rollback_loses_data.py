"""The rollback deletes rows that were there before its migration, or that were moved by it and are not moved back.

A rollback is run when something is wrong already. Rows that it deletes for good make of a failed release a loss of
data: TRUNCATE and DELETE without WHERE do not tell the rows of this migration from all others.

Delete by the keys of the rows that the migration put in. Where the migration moved values to another column or table,
copy them back before dropping it.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.writing import Delete, Insert, Merge, Truncate, Update
from surefoot_lint.context import Located, RoundTrip, actions_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

BAD = {
    "001_create_coats.sql": "CREATE TABLE IF NOT EXISTS coat (name text PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS coat;",
    "002_add_coats.sql": "INSERT INTO coat (name) VALUES ('tabby'), ('tortoiseshell') ON CONFLICT (name) DO NOTHING;",
    "rollback_002.sql": "DELETE FROM coat; -- ← RB109",
}
GOOD = {
    "001_create_coats.sql": "SET LOCAL lock_timeout = '5s';\nCREATE TABLE IF NOT EXISTS coat (name text PRIMARY KEY);",
    "rollback_001.sql": "SET LOCAL lock_timeout = '5s';\nDROP TABLE IF EXISTS coat;",
    "002_add_coats.sql": "INSERT INTO coat (name) VALUES ('tabby'), ('tortoiseshell') ON CONFLICT (name) DO NOTHING;",
    "rollback_002.sql": "DELETE FROM coat WHERE name IN ('tabby', 'tortoiseshell');",
}


@rule("RB109", "rollback-loses-data", Level.WARNING)
def rollback_loses_data(trip: RoundTrip) -> Iterator[Found]:
    """Find rows of before that the rollback deletes, and moved values that it drops."""
    for one in trip.back:
        table = _emptied(one.action)
        if table and trip.before.relation(table) and not table.is_temporary:
            message = f"the rollback deletes all rows of {table.shown}, also those that were there before"
            yield trip.found(
                one.place, message, "delete by the keys of the rows that the migration put in", object=table
            )
    yield from _moved(trip)


def _emptied(action: Action) -> Object | None:
    if isinstance(action, Truncate) or (isinstance(action, Delete) and action.where is None):
        return action.object
    return None


def _moved(trip: RoundTrip) -> Iterator[Found]:
    """Find what the migration filled from what it then dropped, where the rollback drops it and copies nothing."""
    dropped = [one.action.object for one in actions_of(trip.forward, Drop)]
    copies_back = any(isinstance(one.action, Insert | Update | Merge) for one in trip.back)
    if copies_back:
        return
    for located in actions_of(trip.back, Drop):
        target = located.action.object
        source = next((of for one in trip.forward if (of := _source(one, target, dropped))), None)
        if source:
            message = f"the rollback drops {target}, to which the migration moved the values of {source.shown}"
            yield trip.found(located.place, message, f"copy the values back to {source.shown} before", object=target)


def _source(one: Located[Action], target: Object, dropped: list[Object]) -> Object | None:
    """Name the dropped object that an INSERT or UPDATE of the target reads."""
    action = one.action
    if isinstance(action, Insert) and target.kind == "table" and action.object[1:3] == target[1:3]:
        return next((of for of in dropped for read in action.reads if of[1:3] == read[1:3]), None)
    if isinstance(action, Update) and target.kind == "column" and target.part in action.columns:
        same = (of for of in dropped if of.kind == "column" and of[1:3] == target[1:3])
        return next(same, None) if action.object[1:3] == target[1:3] else None
    return None
