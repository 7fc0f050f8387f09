"""What is made: CREATE, and what ALTER adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.columns import Column, Constraint, IndexKey
from surefoot_lint.objects import Expression, Object, Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Action):
    """Make an object."""

    object: Object


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTable(Create):
    """CREATE TABLE, CREATE FOREIGN TABLE, CREATE TABLE AS, SELECT INTO."""

    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()  # those of columns too, with their columns
    like: tuple[Object, ...] = ()
    inherits: tuple[Object, ...] = ()
    partition_of: Object | None = None
    default_partition: bool = False
    partitioned_by: tuple[str, ...] = ()  # its strategy and its keys: ("range", "created_at"); an expression is ""
    filled: bool = False  # AS SELECT … WITH DATA
    unlogged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateIndex(Create):
    """CREATE INDEX; `object.name` is PostgreSQL's own choice where none is written, and `named` then false."""

    table: Object
    keys: tuple[IndexKey, ...]
    include: tuple[str, ...] = ()
    unique: bool = False
    concurrently: bool = False
    method: str = "btree"
    where: Expression | None = None
    only: bool = False
    nulls_not_distinct: bool = False
    named: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """List the plain columns among the keys, up to the first expression."""
        names: list[str] = []
        for key in self.keys:
            if key.column is None:
                break
            names.append(key.column)
        return tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateView(Create):
    """CREATE VIEW and CREATE MATERIALIZED VIEW; `columns` are the names of its output where the text tells them."""

    query: str
    columns: tuple[str, ...] | None
    reads: tuple[Object, ...]
    security_invoker: bool = False
    filled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSequence(Create):
    """CREATE SEQUENCE; `owned_by` is a column."""

    owned_by: Object | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateType(Create):
    """CREATE TYPE and CREATE DOMAIN."""

    form: Literal["enum", "composite", "range", "base", "shell", "domain"]
    labels: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    base: Type | None = None
    constraints: tuple[Constraint, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFunction(Create):
    """CREATE FUNCTION and CREATE PROCEDURE; `body` is the text, `actions` what it does when it is called.

    `arguments` are the names of the input arguments, `settings` those of its SET clauses. `unread` says why the body
    could not be read.
    """

    language: str
    body: str
    returns: Type | None = None
    arguments: tuple[str, ...] = ()
    defaults: int = 0
    volatility: Literal["volatile", "stable", "immutable"] = "volatile"
    security_definer: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()
    unread: str | None = None
    signature: str = ""  # all else that makes its definition: names, modes, defaults, strictness, …


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTrigger(Create):
    """CREATE TRIGGER; `object.part` is its name, `function` what it calls."""

    function: Object
    timing: Literal["before", "after", "instead of"]
    events: tuple[str, ...]
    columns: tuple[str, ...] = ()  # of UPDATE OF, and those that WHEN reads
    definition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePolicy(Create):
    """CREATE POLICY; `using` and `check` are None where not written."""

    command: Literal["all", "select", "insert", "update", "delete"]
    roles: tuple[str, ...]
    permissive: bool
    using: Expression | None
    check: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddColumn(Create):
    """ALTER TABLE … ADD COLUMN, also of a composite type."""

    column: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class AddConstraint(Create):
    """ALTER TABLE … ADD CONSTRAINT, ALTER DOMAIN … ADD CONSTRAINT; `named` is false where PostgreSQL chooses."""

    constraint: Constraint
    named: bool = True
    on_domain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEnumValue(Create):
    """ALTER TYPE … ADD VALUE; `object.part` is the label."""

    neighbour: str | None = None
