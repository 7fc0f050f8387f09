"""What is renamed, or moved to another schema, is known by its new name, also where others speak of it."""

from __future__ import annotations

from dataclasses import replace

from surefoot_lint.actions.changing import Rename
from surefoot_lint.actions.columns import Constraint
from surefoot_lint.history import PARTS, Catalog, Relation
from surefoot_lint.objects import DEFAULT_SCHEMA, RELATIONS, ROUTINES, TYPES, Object
from surefoot_lint.replaying.creating import create_routine
from surefoot_lint.replaying.dropping import drop_routine


def _rename_index(catalog: Catalog, of: Object, to: Object) -> None:
    if index := catalog.indexes.pop((of.schema, of.name), None):
        catalog.indexes[to.schema, to.name] = replace(index, object=to)


def _rename_routine(catalog: Catalog, of: Object, to: Object) -> None:
    if routine := catalog.routine(of):
        drop_routine(catalog, routine.object)
        create_routine(catalog, replace(routine, object=routine.object._replace(schema=to.schema, name=to.name)))


def _written(of: Object) -> str:
    """Write the schema of a type as most statements do."""
    return "" if of.schema == DEFAULT_SCHEMA else of.schema


def _rename_type_of_columns(catalog: Catalog, of: Object, to: Object) -> None:
    for relation in catalog.relations_using(of):
        renamed = {
            name: column._replace(type=column.type._replace(schema=_written(to), name=to.name))
            for name, column in relation.columns.items()
            if (column.type.schema or DEFAULT_SCHEMA, column.type.name) == (of.schema, of.name)
        }
        if renamed:
            catalog.change(relation.object, columns={**relation.columns, **renamed})


def _rename_type(catalog: Catalog, of: Object, to: Object) -> None:
    made = catalog.types.pop((of.schema, of.name), None)
    if made is None:
        return
    if of.kind == "enum value":
        labels = tuple(str(to.part) if label == of.part else label for label in made.labels)
        catalog.types[of.schema, of.name] = replace(made, labels=labels)
    else:
        catalog.types[to.schema, to.name] = replace(made, object=to)
        _rename_type_of_columns(catalog, of, to)


def _rename_relation(catalog: Catalog, of: Object, to: Object) -> None:
    relation = catalog.relations.pop((of.schema, of.name), None)
    if relation is None:
        relation = Relation(of, is_whole=False)
    catalog.relations[to.schema, to.name] = replace(relation, object=to._replace(kind=relation.object.kind))
    for index in list(catalog.indexes_on(of)):
        del catalog.indexes[index.object.schema, index.object.name]
        moved = index.object._replace(schema=to.schema)
        catalog.indexes[moved.schema, moved.name] = replace(index, table=to, object=moved)
    for other, constraint in list(catalog.foreign_keys_to(of)):
        changed = constraint._replace(references=to)
        catalog.change(other.object, constraints={**other.constraints, str(constraint.name): changed})


def _with_column(constraint: Constraint, old: str | None, new: str) -> Constraint:
    return constraint._replace(columns=tuple(new if name == old else name for name in constraint.columns))


def _rename_part(catalog: Catalog, of: Object, to: str) -> None:
    relation = catalog.relation(of)
    if relation is None:
        return
    if of.kind == "column":
        columns = {to if name == of.part else name: one for name, one in relation.columns.items()}
        if to in columns:
            columns[to] = columns[to]._replace(name=to)
        constraints = {name: _with_column(one, of.part, to) for name, one in relation.constraints.items()}
        catalog.change(of, columns=columns, constraints=constraints)
        for index in list(catalog.indexes_on(of)):
            keys = tuple(key._replace(column=to) if key.column == of.part else key for key in index.keys)
            catalog.indexes[index.object.schema, index.object.name] = replace(index, keys=keys)
    elif of.kind in ("constraint", "policy", "trigger"):
        field_name = {"constraint": "constraints", "policy": "policies", "trigger": "triggers"}[of.kind]
        mapping = getattr(relation, field_name)
        catalog.change(of, **{field_name: {to if name == of.part else name: one for name, one in mapping.items()}})


def rename(catalog: Catalog, action: Rename) -> None:
    """Know an object by its new name, and those who speak of it, too."""
    of, to = action.object, action.to
    if of.kind == "index":
        _rename_index(catalog, of, to)
    elif of.kind in RELATIONS:
        _rename_relation(catalog, of, to)
    elif of.kind in ROUTINES:
        _rename_routine(catalog, of, to)
    elif of.kind in TYPES or of.kind == "enum value":
        _rename_type(catalog, of, to)
    elif of.kind in PARTS:
        _rename_part(catalog, of, str(to.part))
    elif found := catalog.others.pop(of, None):
        catalog.others[to] = found
