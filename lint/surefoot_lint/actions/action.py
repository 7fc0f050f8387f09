"""What each action has: its place, and what lets it run where its work is done already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Guard(NamedTuple):
    """What lets a statement run where its work is done already.

    `absent` are those of the `tests` in conditions that hold where something is missing.

    `exists` is IF [NOT] EXISTS, `replace` is OR REPLACE. In a DO block, `tests` are the strings in the conditions
    around the statement, and `catches` the names of the errors that are caught around it. `table` is the IF EXISTS of
    ALTER TABLE, which is about the table, and guards nothing in it.
    """

    exists: bool = False
    replace: bool = False
    tests: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    catches: tuple[str, ...] = ()
    table: bool = False

    def __bool__(self) -> bool:
        return self.exists or self.replace or bool(self.tests) or bool(self.catches)


NO_GUARD = Guard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that a statement does; `offset` counts characters from the statement's start.

    `in_block` is true inside a DO block or the body of a function.
    """

    offset: int = 0
    guard: Guard = NO_GUARD
    in_block: bool = False
