"""The names that a statement speaks of when it makes something: what is made depends on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import AttachPartition, ChangeType
from surefoot_lint.actions.columns import Column, Constraint
from surefoot_lint.actions.creating import (
    AddColumn,
    AddConstraint,
    CreateFunction,
    CreateIndex,
    CreatePolicy,
    CreateSequence,
    CreateTable,
    CreateTrigger,
    CreateType,
    CreateView,
)
from surefoot_lint.objects import DEFAULT_SCHEMA, Expression, Object, Type

Name = tuple[str, str]  # schema, name


def mentions(action: Action) -> Iterator[Name]:
    """List the names of the relations, types and routines that a new object depends on; some may not exist."""
    reader = READERS.get(type(action))
    return reader(action) if reader else iter(())


def _object(of: Object | None) -> Iterator[Name]:
    if of:
        yield of.schema, of.name


def _type(one: Type | None) -> Iterator[Name]:
    if one:
        yield one.schema or DEFAULT_SCHEMA, one.name


def _expression(one: Expression | None) -> Iterator[Name]:
    if one is None:
        return
    for relation in one.relations:
        yield relation.schema, relation.name
    for function in one.functions:
        schema, _, name = function.rpartition(".")
        yield schema or DEFAULT_SCHEMA, name
        if name == "nextval":
            yield from (_dotted(value) for value in one.values)


def _dotted(text: str) -> Name:
    schema, _, name = text.replace('"', "").rpartition(".")
    return schema or DEFAULT_SCHEMA, name


def _column(column: Column) -> Iterator[Name]:
    yield from _type(column.type)
    yield from _expression(column.default)
    for constraint in column.constraints:
        yield from _constraint(constraint)


def _constraint(constraint: Constraint) -> Iterator[Name]:
    yield from _object(constraint.references)
    yield from _expression(constraint.expression)


def _table(action: CreateTable) -> Iterator[Name]:
    for parent in (*action.inherits, action.partition_of):
        yield from _object(parent)
    for column in action.columns:
        yield from _column(column)
    for constraint in action.constraints:
        yield from _constraint(constraint)


def _index(action: CreateIndex) -> Iterator[Name]:
    yield from _object(action.table)
    yield from _expression(action.where)
    for key in action.keys:
        yield from _expression(key.expression)


def _view(action: CreateView) -> Iterator[Name]:
    for read in action.reads:
        yield from _object(read)


def _sequence(action: CreateSequence) -> Iterator[Name]:
    return _object(action.owned_by)


def _created_type(action: CreateType) -> Iterator[Name]:
    yield from _type(action.base)
    for column in action.columns:
        yield from _type(column.type)
    for constraint in action.constraints:
        yield from _constraint(constraint)


def _function(action: CreateFunction) -> Iterator[Name]:
    yield from _type(action.returns)
    for written in (action.object.part or "").split(", "):
        yield _dotted(written.removesuffix("[]"))


def _trigger(action: CreateTrigger) -> Iterator[Name]:
    return _object(action.function)


def _policy(action: CreatePolicy) -> Iterator[Name]:
    yield from _expression(action.using)
    yield from _expression(action.check)


def _added_column(action: AddColumn) -> Iterator[Name]:
    return _column(action.column)


def _added_constraint(action: AddConstraint) -> Iterator[Name]:
    return _constraint(action.constraint)


def _changed_type(action: ChangeType) -> Iterator[Name]:
    return _type(action.type)


def _partition(action: AttachPartition) -> Iterator[Name]:
    return _object(action.object)


READERS: dict[type, Callable[[Any], Iterator[Name]]] = {
    CreateTable: _table,
    CreateIndex: _index,
    CreateView: _view,
    CreateSequence: _sequence,
    CreateType: _created_type,
    CreateFunction: _function,
    CreateTrigger: _trigger,
    CreatePolicy: _policy,
    AddColumn: _added_column,
    AddConstraint: _added_constraint,
    AttachPartition: _partition,
    ChangeType: _changed_type,
}
