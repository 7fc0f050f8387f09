"""What the statements of a migration speak of: objects by their full identity, types, expressions."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "access method", "aggregate", "cast", "collation", "column", "constraint", "conversion", "database", "default",
    "domain", "enum value", "event trigger", "extension", "foreign data wrapper", "foreign table", "function", "index",
    "language", "large object", "materialized view", "operator", "operator class", "operator family", "policy",
    "procedure", "publication", "role", "routine", "rule", "schema", "sequence", "server", "statistics",
    "subscription", "table", "tablespace", "text search configuration", "text search dictionary",
    "text search parser", "text search template", "transform", "trigger", "type", "user mapping", "view",
]  # fmt: skip

RELATIONS: frozenset[Kind] = frozenset({"table", "view", "materialized view", "index", "sequence", "foreign table"})
ROUTINES: frozenset[Kind] = frozenset({"function", "procedure", "aggregate", "routine"})
TYPES: frozenset[Kind] = frozenset({"type", "domain"})
TEMPORARY = "pg_temp"
DEFAULT_SCHEMA = "public"


class Object(NamedTuple):
    """One object of a database.

    `name` is that of the relation, type, or routine itself; `part` is what lies within it: a column, constraint,
    trigger, policy or rule of a relation, a label of an enum, and the types of a routine's arguments (`integer, text`;
    None where a statement leaves them out). `schema` is empty for what lies in none.
    """

    kind: Kind
    schema: str
    name: str
    part: str | None = None

    @property
    def owner(self) -> Object:
        """Name what a part lies within: the table of a column, constraint, trigger, policy or rule; the enum's type."""
        return Object("type" if self.kind == "enum value" else "table", self.schema, self.name)

    @property
    def shown(self) -> str:
        """Write the object for people, without its kind: `cat`, `app.cat.name`, `cat_owner on cat`, `f(integer)`."""
        schema = "" if self.schema in ("", DEFAULT_SCHEMA) else f"{self.schema}."
        if self.part is None:
            return f"{schema}{self.name}"
        if self.kind in ROUTINES:
            return f"{schema}{self.name}({self.part})"
        if self.kind in ("column", "default"):
            return f"{schema}{self.name}.{self.part}"
        if self.kind == "enum value":
            return f"'{self.part}' of {schema}{self.name}"
        return f"{self.part} on {schema}{self.name}"

    def __str__(self) -> str:
        return f"{self.kind} {self.shown}"

    @property
    def is_temporary(self) -> bool:
        """Tell whether it goes with the session."""
        return self.schema == TEMPORARY

    def same(self, other: Object) -> bool:
        """Tell whether two names mean one object: arguments left out match any, and kinds match by their class."""
        return (
            (self.schema, self.name) == (other.schema, other.name)
            and kind_class(self.kind) == kind_class(other.kind)
            and (self.part == other.part or (self.kind in ROUTINES and None in (self.part, other.part)))
        )


def kind_class(kind: Kind) -> str:
    """Name the namespace that a kind shares: relations, types and routines each have one."""
    if kind in RELATIONS:
        return "relation"
    return "routine" if kind in ROUTINES else "type" if kind in TYPES else kind


class Type(NamedTuple):
    """A type as PostgreSQL names it: `character varying`, modifiers (100,), 1 dimension for an array.

    `schema` is empty for what PostgreSQL itself provides and for what is written without one.
    `serial` is true for serial, bigserial and smallserial, whose name is then that of the integer.
    """

    name: str
    schema: str = ""
    modifiers: tuple[str, ...] = ()
    dimensions: int = 0
    serial: bool = False
    setof: bool = False

    @property
    def shown(self) -> str:
        """Write the type as SQL does."""
        schema = f"{self.schema}." if self.schema else ""
        name, modifiers = self.name, f"({','.join(self.modifiers)})" if self.modifiers else ""
        if name.endswith("time zone"):
            first, rest = name.split(" ", 1)
            return f"{first}{modifiers} {rest}{'[]' * self.dimensions}"
        return f"{schema}{name}{modifiers}{'[]' * self.dimensions}"


class Expression(NamedTuple):
    """An expression: its canonical text, the functions it calls, the columns and the relations that it reads.

    `literal` is the value of a plain constant (casts aside), as text. `values` are all strings and numbers in it;
    `operators` are those that it applies, and `direct` the functions that it calls outside sub-selects.
    """

    text: str
    functions: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    relations: tuple[Object, ...] = ()
    literal: str | None = None
    values: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()

    @property
    def is_constant(self) -> bool:
        """Tell whether it reads and calls nothing."""
        return not (self.functions or self.columns or self.relations)
