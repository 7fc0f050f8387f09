"""The names that a statement speaks of when it makes something: what is made depends on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from surefoot_lint import actions as act
from surefoot_lint.actions import Action, Column, Constraint
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


def _table(action: act.CreateTable) -> Iterator[Name]:
    for parent in (*action.inherits, action.partition_of):
        yield from _object(parent)
    for column in action.columns:
        yield from _column(column)
    for constraint in action.constraints:
        yield from _constraint(constraint)


def _index(action: act.CreateIndex) -> Iterator[Name]:
    yield from _object(action.table)
    yield from _expression(action.where)
    for key in action.keys:
        yield from _expression(key.expression)


def _view(action: act.CreateView) -> Iterator[Name]:
    for read in action.reads:
        yield from _object(read)


def _sequence(action: act.CreateSequence) -> Iterator[Name]:
    return _object(action.owned_by)


def _created_type(action: act.CreateType) -> Iterator[Name]:
    yield from _type(action.base)
    for column in action.columns:
        yield from _type(column.type)
    for constraint in action.constraints:
        yield from _constraint(constraint)


def _function(action: act.CreateFunction) -> Iterator[Name]:
    yield from _type(action.returns)
    for written in (action.object.part or "").split(", "):
        yield _dotted(written.removesuffix("[]"))


def _trigger(action: act.CreateTrigger) -> Iterator[Name]:
    return _object(action.function)


def _policy(action: act.CreatePolicy) -> Iterator[Name]:
    yield from _expression(action.using)
    yield from _expression(action.check)


def _added_column(action: act.AddColumn) -> Iterator[Name]:
    return _column(action.column)


def _added_constraint(action: act.AddConstraint) -> Iterator[Name]:
    return _constraint(action.constraint)


def _changed_type(action: act.ChangeType) -> Iterator[Name]:
    return _type(action.type)


def _partition(action: act.AttachPartition) -> Iterator[Name]:
    return _object(action.object)


READERS: dict[type, Callable[[Any], Iterator[Name]]] = {
    act.CreateTable: _table,
    act.CreateIndex: _index,
    act.CreateView: _view,
    act.CreateSequence: _sequence,
    act.CreateType: _created_type,
    act.CreateFunction: _function,
    act.CreateTrigger: _trigger,
    act.CreatePolicy: _policy,
    act.AddColumn: _added_column,
    act.AddConstraint: _added_constraint,
    act.AttachPartition: _partition,
    act.ChangeType: _changed_type,
}
