"""What is dropped goes from the catalog, with all that PostgreSQL drops with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from surefoot_lint.actions.changing import Drop
from surefoot_lint.history import PARTS, Catalog, Relation, index_columns
from surefoot_lint.objects import RELATIONS, ROUTINES, TYPES, Object

T = TypeVar("T")


def _without(mapping: Mapping[str, T], *names: str | None) -> dict[str, T]:
    """Copy a mapping without some keys."""
    return {key: value for key, value in mapping.items() if key not in names}


def _drop_relation(catalog: Catalog, of: Object) -> None:
    """Drop a relation with all that lies within it, or belongs to it."""
    for index in list(catalog.indexes_on(of)):
        del catalog.indexes[index.object.schema, index.object.name]
    for relation in list(catalog.relations_using(of)):
        if relation.owned_by and relation.owned_by[1:3] == of[1:3]:
            del catalog.relations[relation.object.schema, relation.object.name]
    for relation, constraint in list(catalog.foreign_keys_to(of)):
        catalog.change(relation.object, constraints=_without(relation.constraints, constraint.name))
    catalog.relations.pop((of.schema, of.name), None)


def drop_routine(catalog: Catalog, of: Object) -> None:
    """Forget a routine, or all of its name where none is told from the others."""
    name = (of.schema, of.name)
    overloads = catalog.routines.get(name, {})
    left = _without(overloads, of.part) if of.part is not None else {}
    catalog.routines[name] = left
    if not left:
        del catalog.routines[name]


def _drop_schema(catalog: Catalog, of: Object, cascade: bool) -> None:
    catalog.others.pop(of, None)
    if cascade:
        for known in (catalog.relations, catalog.indexes, catalog.types, catalog.routines):
            for name in [name for name in known if name[0] == of.name]:
                del known[name]


def _drop_column(catalog: Catalog, relation: Relation, of: Object) -> None:
    """Drop a column with the constraints and the indexes that use it (manual: sql-altertable, DROP COLUMN)."""
    constraints = {name: one for name, one in relation.constraints.items() if of.part not in one.columns}
    catalog.change(of, columns=_without(relation.columns, of.part), constraints=constraints)
    for index in list(catalog.indexes_on(of)):
        if of.part in index_columns(index):
            del catalog.indexes[index.object.schema, index.object.name]
    for sequence in list(catalog.relations_using(of)):
        if sequence.owned_by and sequence.owned_by[1:] == of[1:]:
            del catalog.relations[sequence.object.schema, sequence.object.name]


def _drop_part(catalog: Catalog, of: Object) -> None:
    relation, domain = catalog.relation(of), catalog.types.get((of.schema, of.name))
    if of.kind == "constraint" and relation is None and domain:
        left = tuple(one for one in domain.constraints if one.name != of.part)
        catalog.types[of.schema, of.name] = replace(domain, constraints=left)
    if relation is None:
        return
    if of.kind == "column":
        _drop_column(catalog, relation, of)
    elif of.kind == "constraint":
        gone = relation.constraints.get(of.part or "")
        columns = dict(relation.columns)
        if gone and gone.kind == "not null":
            columns |= {name: columns[name]._replace(not_null=False) for name in gone.columns if name in columns}
        catalog.change(of, constraints=_without(relation.constraints, of.part), columns=columns)
    elif of.kind == "policy":
        catalog.change(of, policies=_without(relation.policies, of.part))
    elif of.kind == "trigger":
        catalog.change(of, triggers=_without(relation.triggers, of.part))
    else:
        catalog.change(of, rules=relation.rules - {str(of.part)})


def _drop_grants(catalog: Catalog, of: Object) -> None:
    """Forget the privileges on what is gone, and what a role that is gone was given."""
    name = (of.schema, of.name)
    if name in catalog.grants:
        kept = (one for one in catalog.grants[name] if not any(target.same(of) for target in one.objects))
        catalog.grants[name] = tuple(one for one in kept if of.kind != "role" or of.name not in one.grantees)


def drop(catalog: Catalog, action: Drop) -> None:
    """Forget an object, with what lies within it or belongs to it."""
    of = action.object
    name = (of.schema, of.name)
    if of.kind == "index":
        catalog.indexes.pop(name, None)
    elif of.kind in RELATIONS:
        _drop_relation(catalog, of)
    elif of.kind in ROUTINES:
        drop_routine(catalog, of)
    elif of.kind in TYPES:
        catalog.types.pop(name, None)
    elif of.kind in PARTS:
        _drop_part(catalog, of)
    elif of.kind == "schema":
        _drop_schema(catalog, of, action.cascade)
    else:
        catalog.others.pop(of, None)
    catalog.drop_notes(of)
    _drop_grants(catalog, of)
