"""What a rollback leaves, takes and changes, beside what its migration did: by comparing three catalogs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from surefoot_lint import actions as act
from surefoot_lint.actions import Action
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.objects import ROUTINES, Object
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
    if trip.unit.rollback is None or any(isinstance(one.action, act.Unread) for one in (*trip.forward, *trip.back)):
        return ()
    return tuple(_differences(trip))


def _differences(trip: RoundTrip) -> Iterator[Difference]:
    objects = {of for one in (*trip.forward, *trip.back) for of in objects_in(one.action) if not of.is_temporary}
    before, after, restored = (state_of(one, objects) for one in (trip.before, trip.after, trip.restored))
    for aspect in sorted({*before, *after, *restored}, key=str):
        was, is_now, left = (state.get(aspect, MISSING) for state in (before, after, restored))
        if was == left or _goes_with_object(aspect, (before, restored)):
            continue
        cause, undone_by = _last(trip.forward, aspect), _last(trip.back, aspect)
        yield Difference(aspect, was, is_now, left, cause, undone_by)


def _goes_with_object(aspect: Aspect, states: tuple[State, State]) -> bool:
    """Tell whether an aspect differs only because its object is there in one state and not in the other."""
    of = aspect.object
    if aspect.name and of.kind in WITH_STATE:
        here = [Aspect(of) in state for state in states]
        return here[0] != here[1] or not any(here)
    if of.part is not None and of.kind not in ROUTINES:
        return len({any(one.object[1:3] == of[1:3] and one.object.part is None for one in s) for s in states}) > 1
    return False


WITH_STATE = frozenset({"table", "view", "materialized view", "column", "constraint", "index", "type", "function"})


def _last(located: tuple[Located[Action], ...], aspect: Aspect) -> Located[Action] | None:
    """Find the last action that is about an aspect, else about its object."""
    about = [one for one in located if any(_is_about(of, aspect.object) for of in objects_in(one.action))]
    exact = [one for one in about if aspect.name in (WHOLE, getattr(one.action, "aspect", ""), _note(one.action))]
    return next(reversed(exact or about), None)


def _note(action: Action) -> str:
    return "comment" if isinstance(action, act.Comment) else ""


def _is_about(of: Object, wanted: Object) -> bool:
    if of.same(wanted):
        return True
    return wanted.kind == "enum value" and of.kind == "type" and of[1:3] == wanted[1:3]
