"""The catalog that migrations add up to: what there is after all that came before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Grant
from surefoot_lint.actions.columns import Column, Constraint
from surefoot_lint.actions.creating import (
    Create,
    CreateFunction,
    CreateIndex,
    CreatePolicy,
    CreateTrigger,
    CreateType,
    CreateView,
)
from surefoot_lint.layer import Layer
from surefoot_lint.objects import DEFAULT_SCHEMA, Object, Type, kind_class

Name = tuple[str, str]  # schema, name


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, view or sequence.

    `is_whole` is false where statements before the first migration made it: its columns are then those that
    migrations added.
    """

    object: Object
    columns: Mapping[str, Column] = field(default_factory=dict)
    constraints: Mapping[str, Constraint] = field(default_factory=dict)
    policies: Mapping[str, CreatePolicy] = field(default_factory=dict)
    triggers: Mapping[str, CreateTrigger] = field(default_factory=dict)
    rules: frozenset[str] = frozenset()
    row_security: bool = False
    forced_row_security: bool = False
    partitioned_by: tuple[str, ...] = ()
    partition_of: Object | None = None
    is_default_partition: bool = False
    inherits: tuple[Object, ...] = ()
    view: CreateView | None = None
    owned_by: Object | None = None
    is_whole: bool = True

    @property
    def primary_key(self) -> Constraint | None:
        """Find the primary key."""
        return next((one for one in self.constraints.values() if one.kind == "primary key"), None)


@dataclass(slots=True)
class Catalog:
    """What is known of a database's schema.

    `notes` are comments, privileges and settings, by the name of the object that they are about; the aspects are
    `comment`, `privilege select for anon`, and what was changed. `grants` are all GRANTs and REVOKEs, in their order,
    by the names of their objects and of their roles; those of ALTER DEFAULT PRIVILEGES stand under no name.
    `is_closed` is false once something ran that could not be read: what is not known may then be there all the same.
    `users` says what may speak of a name: all that ever did, so that whoever asks must look.
    """

    relations: Layer[Name, Relation] = field(default_factory=Layer)
    indexes: Layer[Name, CreateIndex] = field(default_factory=Layer)
    types: Layer[Name, CreateType] = field(default_factory=Layer)
    routines: Layer[Name, Mapping[str, Create]] = field(default_factory=Layer)
    others: Layer[Object, Action] = field(default_factory=Layer)
    notes: Layer[Name, Mapping[tuple[Object, str], str]] = field(default_factory=Layer)
    grants: Layer[Name, tuple[Grant, ...]] = field(default_factory=Layer)
    is_closed: bool = True
    users: dict[Name, dict[Name, None]] = field(default_factory=dict)

    def copy(self) -> Catalog:
        """Give a catalog over this one, which must not change as long as the copy is used."""
        return Catalog(
            Layer(self.relations),
            Layer(self.indexes),
            Layer(self.types),
            Layer(self.routines),
            Layer(self.others),
            Layer(self.notes),
            Layer(self.grants),
            self.is_closed,
            self.users,
        )

    def absorb(self, copy: Catalog) -> None:
        """Take the changes of a copy, which is then of no use any more."""
        for name in ("relations", "indexes", "types", "routines", "others", "notes", "grants"):
            getattr(self, name).absorb(getattr(copy, name))
        self.is_closed = copy.is_closed

    # -- Questions ----------------------------------------------------------------------------------------------------

    def relation(self, of: Object) -> Relation | None:
        """Find the relation itself, or the one that a part lies within."""
        return self.relations.get((of.schema, of.name))

    def column(self, of: Object) -> Column | None:
        """Find a column."""
        relation = self.relation(of)
        return relation.columns.get(of.part or "") if relation else None

    def constraint(self, of: Object) -> Constraint | None:
        """Find a constraint of a table or of a domain."""
        if relation := self.relation(of):
            return relation.constraints.get(of.part or "")
        domain = self.types.get((of.schema, of.name))
        return next((one for one in domain.constraints if one.name == of.part), None) if domain else None

    def index(self, of: Object) -> CreateIndex | None:
        """Find an index that CREATE INDEX made."""
        return self.indexes.get((of.schema, of.name))

    def indexes_on(self, table: Object) -> Iterator[CreateIndex]:
        """List the indexes of a table, without those of its constraints."""
        for name in (*self.users.get((table.schema, table.name), ()),):
            index = self.indexes.get(name)
            if index and index.table[1:3] == table[1:3]:
                yield index

    def routine(self, of: Object) -> Create | None:
        """Find a function, procedure or aggregate; without arguments, the only one of its name."""
        overloads = self.routines.get((of.schema, of.name), {})
        if of.part is None:
            return next(iter(overloads.values())) if len(overloads) == 1 else None
        return overloads.get(of.part)

    def called(self, name: str) -> Iterator[CreateFunction]:
        """List the functions and procedures that a call may mean, its name as it is written."""
        schema, _, plain = name.rpartition(".")
        for routine in self.routines.get((schema or DEFAULT_SCHEMA, plain), {}).values():
            if isinstance(routine, CreateFunction):
                yield routine

    def type(self, of: Type | Object) -> CreateType | None:
        """Find a type or domain that was made; none for PostgreSQL's own."""
        return self.types.get((of.schema or DEFAULT_SCHEMA, of.name))

    def has(self, of: Object) -> bool:
        """Tell whether an object is known to be there."""
        kind = kind_class(of.kind)
        if kind == "relation":
            return (of.schema, of.name) in (self.indexes if of.kind == "index" else self.relations)
        if kind == "routine":
            return self.routine(of) is not None
        if kind == "type":
            return (of.schema, of.name) in self.types
        return self._has_part(of)

    def _has_part(self, of: Object) -> bool:
        if of.kind == "enum value":
            made = self.types.get((of.schema, of.name))
            return made is not None and of.part in made.labels
        relation = self.relation(of)
        if of.kind in PARTS:
            return (relation is not None and of.part in PARTS[of.kind](relation)) or bool(
                of.kind == "constraint" and self.constraint(of)
            )
        return of in self.others

    def foreign_keys_to(self, table: Object) -> Iterator[tuple[Relation, Constraint]]:
        """List the foreign keys that point to a table."""
        for relation in self.relations_using(table):
            for constraint in relation.constraints.values():
                if constraint.references and constraint.references[1:3] == table[1:3]:
                    yield relation, constraint

    def partitions_of(self, table: Object) -> Iterator[Relation]:
        """List the partitions of a table."""
        for relation in self.relations_using(table):
            if relation.partition_of and relation.partition_of[1:3] == table[1:3]:
                yield relation

    def views_on(self, table: Object) -> Iterator[Relation]:
        """List the views that read a relation."""
        for relation in self.relations_using(table):
            if relation.view and any(read[1:3] == table[1:3] for read in relation.view.reads):
                yield relation

    def relations_using(self, of: Object) -> Iterator[Relation]:
        """List the relations that may speak of an object: tables with a foreign key, views, partitions, policies, …"""
        for name in (*self.users.get((of.schema, of.name), ()),):
            if relation := self.relations.get(name):
                yield relation

    def note(self, of: Object, aspect: str) -> str | None:
        """Find a comment, a privilege or a setting."""
        return self.notes.get((of.schema, of.name), {}).get((of, aspect))

    def all_in(self, schema: str, kind: str) -> Iterator[Object]:
        """List what ALL TABLES, SEQUENCES or ROUTINES IN SCHEMA means."""
        if kind in ("table", "sequence"):
            found = (relation.object for name, relation in self.relations.items() if name[0] == schema)
            yield from (of for of in found if (of.kind == "sequence") == (kind == "sequence"))
            return
        for name, overloads in self.routines.items():
            if name[0] == schema:
                yield from (one.object for one in overloads.values() if kind in ("routine", one.object.kind))

    # -- Changes, made by `surefoot_lint.replay` ----------------------------------------------------------------------

    def change(self, of: Object, **changes: object) -> None:
        """Change a relation; one that is not known becomes known in part."""
        name = (of.schema, of.name)
        relation = self.relations.get(name) or Relation(of.owner, is_whole=False)
        self.relations[name] = replace(relation, **changes)  # type: ignore[arg-type]

    def set_note(self, of: Object, aspect: str, value: str | None) -> None:
        """Write a note, or take it away."""
        name = (of.schema, of.name)
        left = {key: text for key, text in self.notes.get(name, {}).items() if key != (of, aspect)}
        self.notes[name] = left if value is None else {**left, (of, aspect): value}

    def drop_notes(self, of: Object) -> None:
        """Take away all notes on an object, and on what lies within it."""
        name = (of.schema, of.name)
        if name in self.notes:
            whole = of.part is None
            kept = {key: text for key, text in self.notes[name].items() if not (whole or key[0].same(of))}
            self.notes[name] = kept

    def known(self, of: Object) -> Relation:
        """Find a relation, or take it as one that is not known."""
        return self.relation(of) or Relation(of.owner, is_whole=False)


PARTS: dict[str, Callable[[Relation], Any]] = {
    "column": lambda relation: relation.columns,
    "constraint": lambda relation: relation.constraints,
    "policy": lambda relation: relation.policies,
    "trigger": lambda relation: relation.triggers,
    "rule": lambda relation: relation.rules,
}


def index_columns(index: CreateIndex) -> set[str]:
    """List all columns that an index uses: keys, expressions, INCLUDE and WHERE."""
    expressions = [key.expression for key in index.keys if key.expression]
    if index.where:
        expressions.append(index.where)
    plain = {key.column for key in index.keys if key.column}
    return plain | set(index.include) | {name for expression in expressions for name in expression.columns}
