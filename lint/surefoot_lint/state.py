"""Catalogs as flat tables of what can be compared: each aspect of each object, by identity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Grant
from surefoot_lint.actions.columns import Constraint
from surefoot_lint.actions.creating import Create, CreateFunction, CreateIndex, CreatePolicy, CreateType
from surefoot_lint.actions.session import LockTable
from surefoot_lint.history import Catalog, Relation, index_columns
from surefoot_lint.objects import Object

Name = tuple[str, str]
WHOLE = ""  # the aspect of being there, and of how an object is defined


class Aspect(NamedTuple):
    """One aspect of one object; `name` is empty for the object itself."""

    object: Object
    name: str = WHOLE

    def __str__(self) -> str:
        return f"{self.name} of {self.object}" if self.name else str(self.object)


State = dict[Aspect, object]


def objects_in(action: Action) -> Iterator[Object]:
    """List the objects that an action is about."""
    for field in ("object", "to", "table", "partition"):
        if isinstance(found := getattr(action, field, None), Object):
            yield found
    if isinstance(action, Grant | LockTable):
        yield from action.objects


def state_of(catalog: Catalog, objects: Iterable[Object]) -> State:
    """Flatten what a catalog knows of the objects that have these names, and of what lies within them."""
    known = set(objects)
    names = {(one.schema, one.name) for one in known}
    state: State = {}
    for name in names:
        if relation := catalog.relations.get(name):
            state |= _relation(relation)
        if made := catalog.types.get(name):
            state |= _type(made)
        for routine in catalog.routines.get(name, {}).values():
            state[Aspect(routine.object)] = _definition_of_routine(routine)
        if index := catalog.indexes.get(name):
            state[Aspect(index.object)] = _definition_of_index(index)
        for index in catalog.indexes_on(Object("table", *name)):
            state[Aspect(index.object)] = _definition_of_index(index)
        state |= {Aspect(of, aspect): value for (of, aspect), value in catalog.notes.get(name, {}).items()}
    state |= {Aspect(one): True for one in known if one in catalog.others}
    return state


def _relation(relation: Relation) -> State:
    of = relation.object
    state: State = {Aspect(of): (of.kind, relation.view.query if relation.view else None)}
    table = of._replace(kind="table")
    if relation.view:
        return state
    for column in relation.columns.values():
        one = table._replace(kind="column", part=column.name)
        state[Aspect(one)] = True
        state[Aspect(one, "type")] = column.type.shown
        state[Aspect(one, "default")] = column.default.text if column.default else None
        state[Aspect(one, "nullability")] = "NOT NULL" if column.not_null else "NULL"
    for name, constraint in relation.constraints.items():
        if constraint.kind != "not null":
            one = table._replace(kind="constraint", part=name)
            state[Aspect(one)] = definition_of_constraint(constraint)
            state[Aspect(one, "validity")] = "valid" if constraint.valid else "not valid"
    for name, policy in relation.policies.items():
        state[Aspect(table._replace(kind="policy", part=name))] = _definition_of_policy(policy)
    for name, trigger in relation.triggers.items():
        state[Aspect(table._replace(kind="trigger", part=name))] = trigger.definition
    state |= {Aspect(table._replace(kind="rule", part=name)): True for name in relation.rules}
    state[Aspect(table, "row security")] = "on" if relation.row_security else "off"
    state[Aspect(table, "forced row security")] = "on" if relation.forced_row_security else "off"
    state[Aspect(table, "partition")] = relation.partition_of
    return state


def definition_of_constraint(one: Constraint) -> tuple[object, ...]:
    """Say what makes a constraint what it is, whoever wrote it and however it came about."""
    text = one.expression.text if one.expression else None
    references = one.references[1:3] if one.references else None
    return one.kind, one.columns, text, references, one.referenced, one.on_delete, one.on_update, one.deferrable


def _definition_of_policy(one: CreatePolicy) -> tuple[object, ...]:
    using, check = one.using and one.using.text, one.check and one.check.text
    return one.command, tuple(sorted(one.roles)), one.permissive, using, check


def _definition_of_index(one: CreateIndex) -> tuple[object, ...]:
    keys = tuple((key.column, key.expression and key.expression.text, key.options) for key in one.keys)
    where = one.where.text if one.where else None
    return one.table[1:3], keys, one.include, one.unique, one.method, where, tuple(sorted(index_columns(one)))


def _definition_of_routine(routine: Create) -> object:
    if not isinstance(routine, CreateFunction):
        return True
    body = " ".join(routine.body.split())
    settings = tuple(sorted(routine.settings))
    returns = routine.returns.shown if routine.returns else None
    return (
        body, routine.language, routine.volatility, routine.security_definer, settings, returns, routine.signature
    )  # fmt: skip


def _type(made: CreateType) -> State:
    base = made.base.shown if made.base else None
    columns = tuple((column.name, column.type.shown) for column in made.columns)
    state: State = {Aspect(made.object): (made.form, base, columns)}
    for label in made.labels:
        state[Aspect(Object("enum value", made.object.schema, made.object.name, label))] = True
    for one in made.constraints:
        part = Object("constraint", made.object.schema, made.object.name, one.name)
        state[Aspect(part)] = definition_of_constraint(one)
    return state
