"""The tables that a migration makes, as they are at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Rename
from surefoot_lint.actions.creating import CreateTable
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.history import Relation
from surefoot_lint.objects import Object


class NewTable(NamedTuple):
    """A table, and the statement that made it."""

    made: Located[CreateTable]
    relation: Relation


def tables_made(trip: RoundTrip) -> Iterator[NewTable]:
    """List the tables that were made and are still there, by whatever name; none of temporary ones."""
    found: dict[tuple[str, str], NewTable] = {}
    for index, one in enumerate(trip.forward):
        action = one.action
        if not isinstance(action, CreateTable) or action.object.kind != "table" or action.object.is_temporary:
            continue
        if action.guard.exists and trip.before.relation(action.object):
            continue
        made = Located(one.file, one.statement, action)
        name = _last_name(action.object, trip.forward[index:])
        if (relation := trip.after.relation(name)) and relation.object.kind == "table":
            found[name.schema, name.name] = NewTable(made, relation)
    yield from found.values()


def _last_name(of: Object, actions: Iterable[Located[Action]]) -> Object:
    """Follow what a table is called."""
    for one in actions:
        if isinstance(one.action, Rename) and one.action.object.same(of):
            of = one.action.to
    return of
