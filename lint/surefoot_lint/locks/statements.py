"""The kinds of statements whose locks are measured, and the tables that they are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

FILE = Path(__file__).with_name("statements.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of statement: its name, an example, and the rules that find it, or `also` speak of it.

    `before` is run and committed first, `after` puts back what the statement or `before` did. `since` is the oldest
    major version that knows it. `alone` are the tables that it may lock, where it runs in no transaction.
    """

    name: str
    sql: str
    rules: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    instead: str = ""
    before: str = ""
    after: str = ""
    since: int = 0
    alone: tuple[str, ...] = ()


class Group(NamedTuple):
    """Kinds of statements under one title; those of an idle group find their work done, and rules do not judge that."""

    title: str
    kinds: tuple[Kind, ...]
    text: str = ""
    is_idle: bool = False


class Statements(NamedTuple):
    """All groups of kinds, and the SQL that makes what they are measured on."""

    world: str
    groups: tuple[Group, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """List all kinds."""
        return tuple(kind for group in self.groups for kind in group.kinds)

    @property
    def judged(self) -> tuple[Kind, ...]:
        """List the kinds that do some work."""
        return tuple(kind for group in self.groups if not group.is_idle for kind in group.kinds)


@cache
def read_statements() -> Statements:
    """Read the kinds of statements."""
    document = yaml.safe_load(FILE.read_text("utf-8"))
    groups = (
        Group(group["title"], tuple(map(_kind, group["rows"])), group.get("text", ""), group.get("is_idle", False))
        for group in document["groups"]
    )
    return Statements(document["world"], tuple(groups))


def _kind(row: dict[str, object]) -> Kind:
    return Kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})  # type: ignore[arg-type]
