"""What is written into tables, and read from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from surefoot_lint.actions.action import Action
from surefoot_lint.objects import Expression, Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Action):
    """Change the rows of a table; `values` are the strings in it, `functions` those that it calls."""

    object: Object
    functions: tuple[str, ...] = ()
    reads: tuple[Object, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Insert(Write):
    """INSERT; `on_conflict` says whether it has the clause, `tested` whether a WHERE NOT EXISTS guards it.

    `width` counts the values of a row, None where a query gives them. `defaults` are the places, from 0, where all rows
    of VALUES say DEFAULT; `overriding` is of OVERRIDING … VALUE.
    """

    columns: tuple[str, ...] = ()
    on_conflict: Literal["", "nothing", "update"] = ""
    tested: bool = False
    width: int | None = None
    defaults: tuple[int, ...] = ()
    overriding: Literal["", "user", "system"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Write):
    """UPDATE; `where` is None where all rows change."""

    columns: tuple[str, ...] = ()
    where: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete(Write):
    """DELETE; `where` is None where all rows go."""

    where: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate(Write):
    """TRUNCATE, one action a table."""

    cascade: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy(Write):
    """COPY … FROM."""

    from_client: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Write):
    """MERGE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Action):
    """SELECT, VALUES, CALL, PERFORM, COPY … TO: what it calls and reads, and the strings in it."""

    functions: tuple[str, ...] = ()
    reads: tuple[Object, ...] = ()
    values: tuple[str, ...] = ()
    text: str = ""
