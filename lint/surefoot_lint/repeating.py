"""What a migration does when it is run a second time: which of its actions would fail, or do their work twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Drop, Rename
from surefoot_lint.actions.creating import (
    AddColumn,
    AddConstraint,
    Create,
    CreateIndex,
    CreateTable,
    CreateTrigger,
    CreateType,
    CreateView,
)
from surefoot_lint.actions.writing import Delete, Insert, Truncate, Write
from surefoot_lint.context import Located, RoundTrip, actions_of
from surefoot_lint.finding import Level
from surefoot_lint.objects import RELATIONS, Object, kind_class
from surefoot_lint.sqlstates import is_caught

A = TypeVar("A", bound=Action)
Key = tuple[str, str, str, str | None]
Name = tuple[str, str]
LEVELS = {"require": Level.ERROR, "warn": Level.WARNING, "off": None}


def level_of(trip: RoundTrip) -> Level | None:
    """Say how much it matters here that a migration cannot be run twice: `lint.idempotent` in the manifest.

    Outside a transaction always much: what was done before a failure stays, and is met by the next attempt.
    """
    return LEVELS[trip.fileset.settings.idempotent] if trip.unit.transaction else Level.ERROR


def unrepeatable(trip: RoundTrip, *kinds: type[A]) -> Iterator[Located[A]]:
    """List the actions of some kinds that a second run of the migration stumbles over, where that matters."""
    if level_of(trip) is not None:
        for kind in kinds:
            yield from actions_of(_unrepeatable(trip), kind)


def is_made_unguarded(trip: RoundTrip, table: Object) -> bool:
    """Tell whether a second run does not come beyond the making of a table, in the same file."""
    return table[1:3] in _made_unguarded(trip)


@lru_cache(maxsize=4)
def _made_unguarded(trip: RoundTrip) -> frozenset[tuple[object, ...]]:
    return frozenset(one.action.object[1:3] for one in actions_of(_unrepeatable(trip), CreateTable))


@lru_cache(maxsize=4)
def _unrepeatable(trip: RoundTrip) -> tuple[Located[Action], ...]:
    state = _State()
    state.follow_all(one.action for one in trip.forward)
    state.emptied.clear()
    found = []
    for one in trip.forward:
        if state.hinders(one.action) and not _is_guarded(one.action):
            found.append(one)
        state.follow(one.action)
    return tuple(found)


def _is_guarded(action: Action) -> bool:
    """Tell whether an action does nothing where its work is done; IF EXISTS of a table says nothing of its parts."""
    guard = action.guard
    of_whole = not (isinstance(action, Rename) and action.object.part is not None)
    return bool(guard.tests) or guard.replace or (guard.exists and of_whole) or is_caught(action)


def key_of(of: Object) -> Key:
    """Give what tells an object from all others."""
    return kind_class(of.kind), of.schema, of.name, of.part


class _State:
    """What is there, as far as the statements of one migration say: true after CREATE, false after DROP.

    `needs` are the objects that go with others, `columns` what constraints and indexes are about, `emptied` the
    tables whose rows were deleted.
    """

    def __init__(self) -> None:
        self.there: dict[Key, bool] = {}
        self.needs: dict[Key, tuple[Object, ...]] = {}
        self.columns: dict[Key, tuple[Name, set[str]]] = {}
        self.emptied: set[Name] = set()

    def hinders(self, action: Action) -> bool:
        """Tell whether an action fails now, or does once more what was done."""
        if isinstance(action, Insert):
            return not (action.on_conflict or action.tested or self._is_emptied(action.object))
        of = getattr(action, "object", None)
        if not isinstance(of, Object) or of.is_temporary:
            return False
        there = self.there.get(key_of(of))
        if isinstance(action, Rename):
            return there is False or self.there.get(key_of(action.to)) is True
        if isinstance(action, Drop):
            return there is False
        return isinstance(action, Create) and there is True

    def _is_emptied(self, table: Object) -> bool:
        return table.is_temporary or table[1:3] in self.emptied

    def follow_all(self, actions: Iterable[Action]) -> None:
        """Follow actions in their order."""
        for action in actions:
            self.follow(action)

    def follow(self, action: Action) -> None:
        """Follow one action as if it succeeded."""
        for kind, follow in FOLLOW:
            if isinstance(action, kind):
                follow(self, action)

    # -- What actions do ----------------------------------------------------------------------------------------------

    def create(self, action: Create) -> None:
        """Make an object, with its parts where it was not there."""
        of = action.object
        key = key_of(of)
        if self.there.get(key) is not True:
            self.emptied.add((of.schema, of.name))
            self.there |= dict.fromkeys(map(key_of, _parts(action)), True)
        self.there[key] = True
        self.needs[key] = _needs(action)
        for owner, columns in _columns(action):
            self.columns[key] = (owner, columns)

    def drop(self, action: Drop) -> None:
        """Drop an object, with what lies within it or goes with it."""
        of = action.object
        gone = {key for key in self.there if _goes_with(key, of)} | {key_of(of)}
        gone |= {key for key, needs in self.needs.items() if any(_is_needed(one, of, action.cascade) for one in needs)}
        if of.kind == "column":
            table = (of.schema, of.name)
            gone |= {key for key, (owner, names) in self.columns.items() if owner == table and of.part in names}
        self.there |= dict.fromkeys(gone, False)

    def rename(self, action: Rename) -> None:
        """Take an object, with its parts, from one name to another."""
        of, to = action.object, action.to
        moved = {key_of(of): key_of(to)}
        if of.part is None:
            parts = [key for key in self.there if key[1:3] == of[1:3] and key[3] is not None and of.kind in RELATIONS]
            moved |= {key: (key[0], to.schema, to.name, key[3]) for key in parts}
        before = {new: self.there.get(old, True) for old, new in moved.items()}
        self.there |= dict.fromkeys(moved, False) | before | {key_of(to): True}

    def empty(self, action: Write) -> None:
        """Take the rows out of a table."""
        self.emptied.add((action.object.schema, action.object.name))

    def absorb(self, action: AddConstraint) -> None:
        """Give the index of USING INDEX the name of its constraint."""
        name = action.constraint.using_index
        if name and name != action.object.part:
            self.there[key_of(Object("index", action.object.schema, name))] = False


FOLLOW: tuple[tuple[type[Action] | tuple[type[Action], ...], Callable[[_State, Any], None]], ...] = (
    (Create, _State.create),
    (Drop, _State.drop),
    (Rename, _State.rename),
    ((Delete, Truncate), _State.empty),
    (AddConstraint, _State.absorb),
)


def _parts(action: Create) -> Iterator[Object]:
    """List what is made with an object."""
    of = action.object
    if isinstance(action, CreateTable | CreateType):
        yield from (Object("column", of.schema, of.name, column.name) for column in action.columns)
        yield from (Object("constraint", of.schema, of.name, one.name) for one in action.constraints)
    if isinstance(action, CreateType):
        yield from (Object("enum value", of.schema, of.name, label) for label in action.labels)
    if isinstance(action, AddColumn):
        constraints = action.column.constraints
        yield from (Object("constraint", of.schema, of.name, one.name) for one in constraints)


def _needs(action: Create) -> tuple[Object, ...]:
    """List what an object goes with: its table always, what a view reads and a trigger calls under CASCADE."""
    if isinstance(action, CreateIndex):
        return (action.table,)
    if isinstance(action, CreateView):
        return action.reads
    return (action.function,) if isinstance(action, CreateTrigger) else ()


def _columns(action: Create) -> Iterator[tuple[Name, set[str]]]:
    """Say which columns of which table a constraint or an index is about."""
    if isinstance(action, CreateIndex):
        yield (action.table.schema, action.table.name), {key.column for key in action.keys if key.column}
    elif isinstance(action, AddConstraint):
        yield (action.object.schema, action.object.name), set(action.constraint.columns)


def _goes_with(key: Key, of: Object) -> bool:
    """Tell whether an object lies within another that is dropped."""
    if of.kind == "schema":
        return key[1] == of.name
    if of.part is None and of.kind not in ("index", "extension"):
        return key[1:3] == (of.schema, of.name) and (key[3] is not None or key[0] == kind_class(of.kind))
    return False


def _is_needed(needed: Object, of: Object, cascade: bool) -> bool:
    """Tell whether something goes with what is dropped: an index with its table, the others by CASCADE alone."""
    if of.part is not None and kind_class(of.kind) != "routine":
        return False
    same = needed[1:3] == of[1:3] and kind_class(needed.kind) == kind_class(of.kind)
    return same and (cascade or needed.kind == "table")
