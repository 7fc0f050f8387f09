"""What a reader knows of a statement besides its tree: the schema in force, the text, where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from surefoot_lint.actions.action import NO_GUARD, Action, Guard
from surefoot_lint.objects import DEFAULT_SCHEMA, TEMPORARY, Kind, Object
from surefoot_lint.parse import Node

Reader = Callable[[Node, "Scope"], Iterator[Action]]


@dataclass(slots=True)
class Path:
    """Where names without a schema lead, within one file: SET search_path and CREATE TEMP TABLE change it."""

    schema: str = DEFAULT_SCHEMA
    temporary: set[str] = field(default_factory=set)

    def resolve(self, schema: str, name: str) -> str:
        """Name the schema of a name."""
        if schema:
            return TEMPORARY if schema.startswith("pg_temp") else schema
        if name in self.temporary:
            return TEMPORARY
        return "pg_catalog" if name.startswith("pg_") else self.schema

    def set(self, value: str | None) -> None:
        """Follow a search_path: its first schema takes what has none; `$user` and the catalog are passed over."""
        names = [name.strip().strip("\"'") for name in (value or "").split(",")]
        self.schema = next((name for name in names if name not in ("", "$user", "pg_catalog")), DEFAULT_SCHEMA)


@dataclass(frozen=True, slots=True)
class Scope:
    """The room of one statement; `base` is where its text begins in the outer statement, in characters."""

    text: str
    path: Path
    base: int = 0
    guard: Guard = NO_GUARD
    in_block: bool = False

    def at(self, location: int) -> int:
        """Turn the parser's location, in bytes, into an offset in the outer statement, in characters."""
        if location <= 0:
            return self.base
        before = location if self.text.isascii() else len(self.text.encode()[:location].decode(errors="replace"))
        return self.base + before

    def common(self, *, location: int = 0, exists: bool = False, replace: bool = False) -> dict[str, Any]:
        """Give what all actions have: place, guard, whether in a block."""
        guard = self.guard
        if exists or replace:
            guard = guard._replace(exists=exists, replace=replace)
        return {"offset": self.at(location), "guard": guard, "in_block": self.in_block}

    def relation(self, node: Node, kind: Kind = "table") -> Object:
        """Name the relation of a RangeVar."""
        schema: str = node.schemaname
        if node.relpersistence == "t" and not schema:
            return Object(kind, TEMPORARY, node.relname)
        return Object(kind, self.path.resolve(schema, node.relname), node.relname)

    def part(self, node: Node, kind: Kind, part: str) -> Object:
        """Name what lies within the relation of a RangeVar."""
        return self.relation(node, kind)._replace(part=part)

    def named(self, kind: Kind, names: list[str], part: str | None = None) -> Object:
        """Name an object by the words of its dotted name."""
        *schema, name = names
        return Object(kind, self.path.resolve(schema[-1] if schema else "", name), name, part)
