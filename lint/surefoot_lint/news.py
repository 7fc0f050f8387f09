"""What is new after a migration, and what of it goes when something else of it is dropped."""

from __future__ import annotations

from functools import cached_property

from surefoot_lint.actions.creating import Create, CreateSequence, CreateTable, CreateType, CreateView
from surefoot_lint.context import RoundTrip
from surefoot_lint.dependants import dependants_of
from surefoot_lint.history import PARTS
from surefoot_lint.objects import ROUTINES, TYPES, Object

MAKING = (CreateTable, CreateView, CreateSequence, CreateType)


class News:
    """What one migration makes."""

    def __init__(self, trip: RoundTrip) -> None:
        self.trip = trip
        self.before, self.after = trip.before, trip.after
        self._known_dependants: dict[Object, tuple[Object, ...]] = {}

    def goes_with_table(self, of: Object) -> bool:
        """Tell whether a part goes with its table, which is new, and rests on nothing that is dropped before that."""
        wholes = [place for place, made in enumerate(self._made) if made[1:3] == of[1:3] and made.part is None]
        if of.kind not in PARTS or self.before.relation(of) or not wholes:
            return False
        later = self._made[wholes[-1] + 1 :]
        return not any(part.same(of) for made in later for part in self._dependants(made))

    @cached_property
    def _made(self) -> tuple[Object, ...]:
        """List what the migration makes, in order."""
        return tuple(one.action.object for one in self.trip.forward if isinstance(one.action, Create))

    def _dependants(self, of: Object) -> tuple[Object, ...]:
        if of not in self._known_dependants:
            self._known_dependants[of] = tuple(dependants_of(self.after, of))
        return self._known_dependants[of]

    def has(self, of: Object) -> bool:
        """Tell whether this migration made an object, or the table that a part lies within."""
        if of.kind == "schema" or (of.kind not in PARTS and of.part is None and of in self.after.others):
            return of in self.after.others and of not in self.before.others
        whole = self.before.relation(of)
        if of.kind in ROUTINES:
            return self.before.routine(of) is None and self.after.routine(of) is not None
        if of.kind == "index":
            return self.before.index(of) is None and self.after.index(of) is not None
        if of.kind in TYPES:
            return self.before.type(of) is None and self.after.type(of) is not None
        if whole is None:
            made = (one.action.object for one in self.trip.forward if isinstance(one.action, MAKING))
            return any(one[1:3] == of[1:3] for one in made)
        return of.kind in PARTS and not self.before.has(of) and self.after.has(of)
