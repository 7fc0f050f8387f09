"""Columns, constraints and the keys of indexes, as written."""

from __future__ import annotations

from typing import Literal, NamedTuple

from surefoot_lint.objects import Expression, Object, Type

ConstraintKind = Literal["primary key", "unique", "foreign key", "check", "not null", "exclude"]


class Constraint(NamedTuple):
    """A constraint as written; `name` is None where PostgreSQL is to choose it (see `read.names`).

    `columns` are those of the key, or read by the CHECK; `proves` are those that a CHECK shows to be not null.
    `references` is the other table of a foreign key, with `referenced` columns; `on_delete` is `no action`,
    `restrict`, `cascade`, `set null` or `set default`.
    `set_columns` are those of ON DELETE SET NULL (…), where it names some.
    """

    kind: ConstraintKind
    name: str | None
    columns: tuple[str, ...] = ()
    expression: Expression | None = None
    references: Object | None = None
    referenced: tuple[str, ...] = ()
    on_delete: str = "no action"
    on_update: str = "no action"
    set_columns: tuple[str, ...] = ()
    using_index: str | None = None
    valid: bool = True
    deferrable: bool = False
    no_inherit: bool = False
    method: str = ""
    proves: tuple[str, ...] = ()
    offset: int = 0

    @property
    def definition(self) -> Constraint:
        """Leave out what does not belong to the definition: its place."""
        return self._replace(offset=0)


class Column(NamedTuple):
    """A column as written; `constraints` hold all of it, not_null and default said once more for ease."""

    name: str
    type: Type
    not_null: bool = False
    default: Expression | None = None
    generated: Literal["", "stored", "virtual"] = ""
    identity: Literal["", "always", "by default"] = ""
    collation: str = ""
    constraints: tuple[Constraint, ...] = ()
    offset: int = 0

    def has(self, kind: ConstraintKind) -> Constraint | None:
        """Find the column's own constraint of a kind."""
        return next((constraint for constraint in self.constraints if constraint.kind == kind), None)


class IndexKey(NamedTuple):
    """One key of an index: the name of a column, or the text of an expression in parentheses."""

    column: str | None
    expression: Expression | None
    options: str = ""  # operator class, collation, order
