"""The SECURITY DEFINER functions that a migration makes, as they are at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Change
from surefoot_lint.actions.creating import CreateFunction
from surefoot_lint.context import Located, RoundTrip
from surefoot_lint.objects import Object

COMPILED = ("c", "internal")
BOUND = re.compile(r"(?:begin\s+atomic|return)\b", re.IGNORECASE)


class Definer(NamedTuple):
    """A function that runs with the rights of its owner; `search_path` is None where it has none of its own.

    `is_bound` says that it looks up no name when it is called: BEGIN ATOMIC, RETURN, and compiled code.
    """

    made: Located[Action]
    function: CreateFunction
    search_path: str | None

    @property
    def object(self) -> Object:
        """Name the function."""
        return self.function.object

    @property
    def is_bound(self) -> bool:
        """Tell whether all names in its body were looked up when it was made, or are of no matter."""
        is_sql = self.function.language == "sql"
        return self.function.language in COMPILED or (is_sql and bool(BOUND.match(self.function.body)))


def definers_made(trip: RoundTrip) -> Iterator[Definer]:
    """List the functions that are made with SECURITY DEFINER, or get it by ALTER FUNCTION."""
    found: dict[Object, Definer] = {}
    for one in trip.forward:
        action = one.action
        if isinstance(action, CreateFunction):
            found.pop(action.object, None)
            if action.security_definer and trip.after.routine(action.object) is action:
                found[action.object] = Definer(one, action, dict(action.settings).get("search_path"))
        elif isinstance(action, Change):
            function = trip.after.routine(action.object)
            if isinstance(function, CreateFunction):
                _change(found, one, action, function)
    yield from found.values()


def _change(found: dict[Object, Definer], one: Located[Action], change: Change, function: CreateFunction) -> None:
    known = found.get(function.object)
    if change.aspect == "security" and change.value == "true":
        path = known.search_path if known else dict(function.settings).get("search_path")
        found[function.object] = Definer(one, function, path)
    elif change.aspect == "security":
        found.pop(function.object, None)
    elif change.aspect == "setting search_path" and known:
        found[function.object] = known._replace(search_path=change.value)
