"""The foreign keys that actions make, and what they point to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.columns import Constraint
from surefoot_lint.actions.creating import AddColumn, AddConstraint, CreateTable
from surefoot_lint.context import Located
from surefoot_lint.errors import Place
from surefoot_lint.history import Catalog, Relation
from surefoot_lint.objects import Object


class Reference(NamedTuple):
    """A foreign key, its table, and the statement that makes it."""

    made: Located[Action]
    table: Object
    constraint: Constraint

    @property
    def place(self) -> Place:
        """Say where the constraint is written."""
        return Place(self.made.file.shown, *self.made.statement.locate(self.constraint.offset + 1))

    @property
    def object(self) -> Object:
        """Name the constraint."""
        return Object("constraint", self.table.schema, self.table.name, self.constraint.name)

    @property
    def shown(self) -> str:
        """Write its columns for people: `cat.owner_id`, `cat (owner_id, house_id)`."""
        columns = self.constraint.columns
        return f"{self.table.shown}.{columns[0]}" if len(columns) == 1 else f"{self.table.shown} ({', '.join(columns)})"

    def relation(self, catalog: Catalog) -> Relation | None:
        """Find its table, where the catalog has this constraint still."""
        relation = catalog.relation(self.table)
        known = relation.constraints.get(str(self.constraint.name)) if relation else None
        return relation if known and known.kind == "foreign key" and known.columns == self.constraint.columns else None


def references_made(located: Iterable[Located[Action]]) -> Iterator[Reference]:
    """List the foreign keys among what actions make; none of temporary tables."""
    for one in located:
        for constraint in constraints_of(one.action):
            if constraint.kind == "foreign key":
                table = one.action.object.owner  # type: ignore[attr-defined]
                if not table.is_temporary:
                    yield Reference(one, table, constraint)


def constraints_of(action: Action) -> tuple[Constraint, ...]:
    """List the constraints that an action makes."""
    if isinstance(action, CreateTable):
        return action.constraints
    if isinstance(action, AddColumn):
        return action.column.constraints
    return (action.constraint,) if isinstance(action, AddConstraint) else ()


def referenced_columns(catalog: Catalog, constraint: Constraint) -> tuple[str, ...]:
    """Name the columns that a foreign key points to: those written, else the primary key; none where not known."""
    if constraint.referenced or constraint.references is None:
        return constraint.referenced
    relation = catalog.relation(constraint.references)
    key = relation.primary_key if relation else None
    return key.columns if key else ()
