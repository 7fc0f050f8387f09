"""Actions of a migration → the SQL that undoes them, as far as history tells what there was before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from surefoot_lint.actions.action import Action
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.objects import Object
from surefoot_lint.regrant import Step
from surefoot_lint.undone.changing import CHANGED
from surefoot_lint.undone.creating import MADE
from surefoot_lint.undone.known import Known
from surefoot_lint.undone.writing import WRITTEN

UNDO = MADE | CHANGED | WRITTEN


class Undo:
    """One migration, and what undoes each of its actions."""

    def __init__(self, trip: RoundTrip) -> None:
        self.known = Known(trip)

    def steps(self, actions: Iterable[Located[Action]]) -> tuple[Step, ...]:
        """Write what undoes some actions of the migration, the last one first."""
        found = [step for one in reversed(list(actions)) for step in self._of(one.action)]
        return tuple(step for step, _ in groupby(found))

    def _of(self, action: Action) -> Iterator[Step]:
        of = getattr(action, "object", None)
        if isinstance(of, Object) and of.is_temporary:
            return
        for kind in type(action).__mro__:
            if undo := UNDO.get(kind):
                yield from undo(self.known, action)
                return
