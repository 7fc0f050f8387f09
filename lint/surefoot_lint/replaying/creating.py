"""What is made comes into the catalog: CREATE, and ADD of columns, constraints and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from surefoot_lint.actions.columns import Column, Constraint
from surefoot_lint.actions.creating import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    Create,
    CreateFunction,
    CreateIndex,
    CreatePolicy,
    CreateSequence,
    CreateTable,
    CreateTrigger,
    CreateType,
    CreateView,
)
from surefoot_lint.history import Catalog, Relation
from surefoot_lint.objects import TYPES, Object, Type
from surefoot_lint.read.names import chosen_name


def _create_table(catalog: Catalog, action: CreateTable) -> None:
    name = (action.object.schema, action.object.name)
    if action.guard and name in catalog.relations:
        return
    parents = [catalog.relation(parent) for parent in (*action.like, *action.inherits, action.partition_of) if parent]
    columns = {column.name: column for parent in parents if parent for column in parent.columns.values()}
    columns |= {column.name: column for column in action.columns}
    constraints = {str(one.name): one for one in action.constraints}
    for one in action.constraints:
        columns = _with_key(columns, one)
    whole = not action.filled and all(parent and parent.is_whole for parent in parents)
    catalog.relations[name] = Relation(
        action.object,
        columns,
        constraints,
        partitioned_by=action.partitioned_by,
        partition_of=action.partition_of,
        is_default_partition=action.default_partition,
        inherits=action.inherits,
        is_whole=whole,
    )
    _own_sequences(catalog, action.object, action.columns)


def _own_sequences(catalog: Catalog, table: Object, columns: tuple[Column, ...]) -> None:
    """Make the sequences of serial and identity columns."""
    for column in columns:
        if column.type.serial or column.identity:
            sequence = Object("sequence", table.schema, chosen_name(table.name, [column.name], "seq"))
            owner = Object("column", table.schema, table.name, column.name)
            catalog.relations[sequence.schema, sequence.name] = Relation(sequence, owned_by=owner)
            catalog.users.setdefault((table.schema, table.name), {})[sequence.schema, sequence.name] = None


def _with_key(columns: Mapping[str, Column], constraint: Constraint) -> dict[str, Column]:
    """Make the columns of a primary key NOT NULL, and those of a NOT NULL constraint."""
    changed = dict(columns)
    if constraint.kind in ("primary key", "not null"):
        for name in constraint.columns:
            if name in changed:
                changed[name] = changed[name]._replace(not_null=True)
    return changed


def _create_index(catalog: Catalog, action: CreateIndex) -> None:
    name = (action.object.schema, action.object.name)
    if not (action.guard and name in catalog.indexes):
        catalog.indexes[name] = action


def _create_view(catalog: Catalog, action: CreateView) -> None:
    name = (action.object.schema, action.object.name)
    if action.guard.exists and name in catalog.relations:
        return
    columns = {column: Column(column, Type("unknown")) for column in action.columns or ()}
    catalog.relations[name] = Relation(action.object, columns, view=action, is_whole=action.columns is not None)


def _create_sequence(catalog: Catalog, action: CreateSequence) -> None:
    name = (action.object.schema, action.object.name)
    if name not in catalog.relations:
        catalog.relations[name] = Relation(action.object, owned_by=action.owned_by)


def _create_type(catalog: Catalog, action: CreateType) -> None:
    if action.object.kind == "aggregate":
        create_routine(catalog, action)
    elif action.object.kind not in TYPES:
        catalog.others[action.object] = action
    elif not (action.guard and (action.object.schema, action.object.name) in catalog.types):
        catalog.types[action.object.schema, action.object.name] = action


def create_routine(catalog: Catalog, action: Create) -> None:
    """Know a function, procedure or aggregate beside those of the same name that take other arguments."""
    name = (action.object.schema, action.object.name)
    catalog.routines[name] = {**catalog.routines.get(name, {}), action.object.part or "": action}


def _create_trigger(catalog: Catalog, action: CreateTrigger) -> None:
    triggers = {**catalog.known(action.object).triggers, str(action.object.part): action}
    catalog.change(action.object, triggers=triggers)


def _create_policy(catalog: Catalog, action: CreatePolicy) -> None:
    policies = {**catalog.known(action.object).policies, str(action.object.part): action}
    catalog.change(action.object, policies=policies)


def _add_column(catalog: Catalog, action: AddColumn) -> None:
    column, relation = action.column, catalog.known(action.object)
    made = catalog.types.get((action.object.schema, action.object.name))
    if made and made.form == "composite":
        catalog.types[action.object.schema, action.object.name] = replace(made, columns=(*made.columns, column))
        return
    if action.guard and column.name in relation.columns:
        return
    constraints = {**relation.constraints, **{str(one.name): one for one in column.constraints}}
    catalog.change(action.object, columns={**relation.columns, column.name: column}, constraints=constraints)
    _own_sequences(catalog, action.object.owner, (column,))


def _add_constraint(catalog: Catalog, action: AddConstraint) -> None:
    constraint, domain = action.constraint, catalog.types.get((action.object.schema, action.object.name))
    if domain and catalog.relation(action.object) is None:
        made = replace(domain, constraints=(*domain.constraints, constraint))
        catalog.types[action.object.schema, action.object.name] = made
        return
    if constraint.using_index:
        index = catalog.indexes.pop((action.object.schema, constraint.using_index), None)
        constraint = constraint._replace(columns=index.columns if index else ())
    relation = catalog.known(action.object)
    catalog.change(
        action.object,
        constraints={**relation.constraints, str(constraint.name): constraint},
        columns=_with_key(relation.columns, constraint),
    )


def _add_enum_value(catalog: Catalog, action: AddEnumValue) -> None:
    name = (action.object.schema, action.object.name)
    made = catalog.types.get(name)
    if made and action.object.part not in made.labels:
        catalog.types[name] = replace(made, labels=(*made.labels, str(action.object.part)))


def _create_other(catalog: Catalog, action: Create) -> None:
    if action.object.kind == "rule":
        catalog.change(action.object, rules=catalog.known(action.object).rules | {str(action.object.part)})
    else:
        catalog.others.setdefault(action.object, action)


CREATED: dict[type, Callable[[Catalog, Any], None]] = {
    CreateTable: _create_table,
    CreateIndex: _create_index,
    CreateView: _create_view,
    CreateSequence: _create_sequence,
    CreateType: _create_type,
    CreateFunction: create_routine,
    CreateTrigger: _create_trigger,
    CreatePolicy: _create_policy,
    AddColumn: _add_column,
    AddConstraint: _add_constraint,
    AddEnumValue: _add_enum_value,
    Create: _create_other,
}
