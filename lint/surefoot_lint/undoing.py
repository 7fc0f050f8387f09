"""What a rollback leaves, takes and changes, beside what its migration did: by comparing three catalogs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Comment
from surefoot_lint.actions.creating import Create
from surefoot_lint.actions.unread import Unread
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.objects import ROUTINES, Object
from surefoot_lint.replay import replay
from surefoot_lint.state import WHOLE, Aspect, State, objects_in, state_of

MISSING = object()


class Difference(NamedTuple):
    """An aspect that is not as it was before the migration; MISSING where there is no such object.

    `cause` is the last action of the migration that is about it, `undone_by` the last one of the rollback.
    """

    aspect: Aspect
    before: object
    after: object
    restored: object
    cause: Located[Action] | None
    undone_by: Located[Action] | None

    @property
    def is_left(self) -> bool:
        """Tell whether the migration made it, and the rollback leaves it."""
        return self.before is MISSING and self.after is not MISSING and self.restored is not MISSING

    @property
    def is_taken(self) -> bool:
        """Tell whether the migration left it alone, and the rollback drops or changes it."""
        return self.before is not MISSING and self.before == self.after

    @property
    def is_not_put_back(self) -> bool:
        """Tell whether the migration changed or dropped what was there, and the rollback does not put it back."""
        return self.before is not MISSING and self.before != self.after


@lru_cache(maxsize=4)
def differences(trip: RoundTrip) -> tuple[Difference, ...]:
    """Compare what was there before a migration with what is there after its rollback.

    Empty where there is no rollback, and where one of the files does what cannot be read.
    """
    if trip.unit.rollback is None or any(isinstance(one.action, Unread) for one in (*trip.forward, *trip.back)):
        return ()
    return tuple(_differences(trip))


def _differences(trip: RoundTrip) -> Iterator[Difference]:
    objects = {of for one in (*trip.forward, *trip.back) for of in objects_in(one.action) if not of.is_temporary}
    before, after, restored = (state_of(one, objects) for one in (trip.before, trip.after, trip.restored))
    forward, back = _ByName(trip.forward), _ByName(trip.back)
    ends = (_End(before), _End(restored))
    for aspect in sorted({*before, *after, *restored}, key=str):
        was, is_now, left = (state.get(aspect, MISSING) for state in (before, after, restored))
        if was == left or _goes_with_object(aspect, *ends):
            continue
        yield Difference(aspect, was, is_now, left, forward.last(aspect), back.last(aspect))


class _End:
    """A state, and the names of what is there as a whole."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.names = {aspect.object[1:3] for aspect in state if aspect.object.part is None}


def _goes_with_object(aspect: Aspect, before: _End, restored: _End) -> bool:
    """Tell whether an aspect differs only because its object is there in one state and not in the other."""
    of = aspect.object
    if aspect.name and of.kind in WITH_STATE:
        was, is_left = Aspect(of) in before.state, Aspect(of) in restored.state
        return was != is_left or not was
    if of.part is not None and of.kind not in ROUTINES:
        return (of[1:3] in before.names) != (of[1:3] in restored.names)
    return False


WITH_STATE = frozenset({"table", "view", "materialized view", "column", "constraint", "index", "type", "function"})


class _ByName:
    """The actions of a file by the names that they are about."""

    def __init__(self, located: Iterable[Located[Action]]) -> None:
        self.actions: dict[tuple[str, str], list[Located[Action]]] = {}
        for one in located:
            for name in {(of.schema, of.name) for of in objects_in(one.action)}:
                self.actions.setdefault(name, []).append(one)

    def last(self, aspect: Aspect) -> Located[Action] | None:
        """Find the last action that is about an aspect, else about its object."""
        of = aspect.object
        named = self.actions.get((of.schema, of.name), ())
        about = [one for one in named if any(_is_about(named_one, of) for named_one in objects_in(one.action))]
        exact = [one for one in about if aspect.name in (WHOLE, getattr(one.action, "aspect", ""), _note(one.action))]
        return next(reversed(exact or about), None)


def _note(action: Action) -> str:
    return "comment" if isinstance(action, Comment) else ""


def _is_about(of: Object, wanted: Object) -> bool:
    if of.same(wanted):
        return True
    return wanted.kind == "enum value" and of.kind == "type" and of[1:3] == wanted[1:3]


@lru_cache(maxsize=4)
def found_there(trip: RoundTrip) -> frozenset[int]:
    """List the actions of a migration, by their ids, that are to make what is there already."""
    catalog, found = trip.before.copy(), set()
    for one in trip.forward:
        if isinstance(one.action, Create) and catalog.has(one.action.object):
            found.add(id(one.action))
        replay(catalog, one.action)
    return frozenset(found)
