"""What the page of a schema tells: frozen data, all by name, and the same wherever it was built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

PUBLIC = "public."
KeyKind = Literal["p", "u", "f", "c", "x"]  # pg_constraint.contype


class Step(NamedTuple):
    """A migration: what it is for, and what it does to the schema, in words; nothing where it does not change it."""

    number: int
    name: str
    phase: str | None
    purpose: str
    changes: str
    transaction: bool
    irreversible: str | None


class Column(NamedTuple):
    """A column; `default` is also how it is generated."""

    name: str
    type: str
    is_required: bool
    default: str | None
    comment: str


class Key(NamedTuple):
    """A constraint; `other` and `other_columns` are what a foreign key refers to.

    `is_one` tells that no two rows of the table have the same values, `is_optional` that there need not be any.
    """

    table: str
    name: str
    kind: KeyKind
    columns: tuple[str, ...]
    definition: str
    other: str | None
    other_columns: tuple[str, ...]
    is_one: bool
    is_optional: bool

    @property
    def rule(self) -> str:
        """Say what becomes of a row whose other row goes or changes: `ON DELETE CASCADE`; nothing where it may not."""
        found = [self.definition.find(word) for word in (" ON UPDATE ", " ON DELETE ", " DEFERRABLE", " NOT VALID")]
        at = min((place for place in found if place >= 0), default=len(self.definition))
        return self.definition[at:].strip()


class Policy(NamedTuple):
    """A policy of row-level security."""

    name: str
    command: str
    roles: tuple[str, ...]
    is_permissive: bool
    using: str | None
    check: str | None


class Part(NamedTuple):
    """An index, trigger or rule of a table: its name, what it does, and its comment."""

    name: str
    says: str
    comment: str


class Grant(NamedTuple):
    """What a role may do with an object; `what` is `none` where it was taken away."""

    role: str
    what: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or what else has columns; of the platform's own only what the files add.

    `made_by` is nothing for the platform's, `changed_by` are later migrations; `options` is what else its definition
    says, and of a view its query.
    """

    name: str
    kind: str
    comment: str
    options: str
    made_by: Step | None
    changed_by: tuple[Step, ...]
    has_row_security: bool
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    indexes: tuple[Part, ...]
    triggers: tuple[Part, ...]
    policies: tuple[Policy, ...]
    grants: tuple[Grant, ...]

    @property
    def primary(self) -> frozenset[str]:
        """Name the columns of the primary key."""
        return frozenset(column for key in self.keys if key.kind == "p" for column in key.columns)

    @property
    def references(self) -> dict[str, Key]:
        """Give the foreign keys of a single column, by that."""
        return {key.columns[0]: key for key in self.keys if key.kind == "f" and len(key.columns) == 1}


class Type(NamedTuple):
    """An enum with its labels, or another type with what it is; `used_by` are columns."""

    name: str
    kind: str
    labels: tuple[str, ...]
    definition: str
    comment: str
    made_by: Step | None
    used_by: tuple[str, ...]


class Routine(NamedTuple):
    """A function, procedure or aggregate."""

    name: str
    kind: str
    arguments: str
    result: str
    language: str
    traits: tuple[str, ...]
    definition: str
    comment: str
    made_by: Step | None
    grants: tuple[Grant, ...]


class Role(NamedTuple):
    """A role that the files make, or grant something to; `may` sums up what, `origin` is who made it."""

    name: str
    origin: str
    attributes: tuple[str, ...]
    member_of: tuple[str, ...]
    may: tuple[str, ...]
    policies: int


class Bucket(NamedTuple):
    """A bucket of the platform's storage; `limit` is in bytes."""

    name: str
    is_public: bool
    limit: int | None
    types: tuple[str, ...]


class Other(NamedTuple):
    """An object of any other kind, with its definition in the server's words."""

    kind: str
    name: str
    definition: str
    comment: str


@dataclass(frozen=True, slots=True)
class Document:
    """The whole page; tables stand in the order in which migrations make them."""

    name: str
    postgres: int
    platform: str | None
    steps: tuple[Step, ...]
    last_change: Step | None
    tables: tuple[Table, ...]
    views: tuple[Table, ...]
    types: tuple[Type, ...]
    routines: tuple[Routine, ...]
    roles: tuple[Role, ...]
    buckets: tuple[Bucket, ...]
    others: tuple[Other, ...]
    by_name: Mapping[str, Table] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the tables and views."""
        object.__setattr__(self, "by_name", {one.name: one for one in (*self.tables, *self.views)})

    @property
    def relationships(self) -> tuple[Key, ...]:
        """Give all foreign keys, by the tables that they refer to."""
        order = {table.name: place for place, table in enumerate(self.tables)}
        found = [key for table in self.tables for key in table.keys if key.kind == "f"]
        return tuple(sorted(found, key=lambda key: (order.get(str(key.other), -1), str(key.other))))

    @property
    def phases(self) -> Iterator[tuple[str | None, tuple[Table, ...]]]:
        """Part the tables by the phases of the migrations that make them; those of the platform stand last."""
        own = [table for table in self.tables if table.made_by]
        for phase in dict.fromkeys(table.made_by.phase for table in own if table.made_by):
            yield phase, tuple(table for table in own if table.made_by and table.made_by.phase == phase)

    @property
    def extended(self) -> tuple[Table, ...]:
        """Give the platform's tables to which the files add something."""
        return tuple(table for table in self.tables if table.made_by is None)

    @property
    def later(self) -> int:
        """Count the migrations after the last that changes the schema."""
        return len(self.steps) - self.steps.index(self.last_change) - 1 if self.last_change else 0


def shown(name: str) -> str:
    """Write a name as one says it: without `public.`, also before what a function takes."""
    return name.removeprefix(PUBLIC)
