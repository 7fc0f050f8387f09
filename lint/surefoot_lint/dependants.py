"""What depends on an object, so that PostgreSQL refuses to drop it without CASCADE (manual: ddl-depend)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from surefoot_lint.actions.creating import CreateFunction
from surefoot_lint.actions.writing import Query, Write
from surefoot_lint.history import Catalog, Relation
from surefoot_lint.objects import DEFAULT_SCHEMA, RELATIONS, ROUTINES, TYPES, Expression, Kind, Object, Type


def dependants_of(catalog: Catalog, of: Object) -> Iterator[Object]:
    """List what depends on a table, view, column, type or routine; what goes with it is not listed."""
    if of.kind == "column":
        yield from _on_column(catalog, of)
    elif of.kind in RELATIONS and of.kind != "index":
        yield from _on_relation(catalog, of)
    elif of.kind in TYPES:
        yield from _on_type(catalog, of)
    elif of.kind in ROUTINES:
        yield from _on_routine(catalog, of)
    elif of.kind == "constraint":
        yield from _on_constraint(catalog, of)


def _on_relation(catalog: Catalog, of: Object) -> Iterator[Object]:
    for relation, constraint in catalog.foreign_keys_to(of):
        if relation.object[1:3] != of[1:3]:
            yield _part(relation, "constraint", constraint.name)
    for view in catalog.views_on(of):
        yield view.object
    for relation in catalog.relations_using(of):
        if relation.object[1:3] != of[1:3]:
            yield from (_part(relation, "policy", name) for name in _policies_reading(relation, of))
    if of.kind == "sequence":
        yield from _defaults_on(catalog, of)


def _policies_reading(relation: Relation, of: Object) -> Iterator[str]:
    for name, policy in relation.policies.items():
        expressions = (policy.using, policy.check)
        if any(read[1:3] == of[1:3] for one in expressions if one for read in one.relations):
            yield name


def _defaults_on(catalog: Catalog, sequence: Object) -> Iterator[Object]:
    """List the columns whose default is the next value of a sequence; the column that owns it falls with neither."""
    for relation in catalog.relations_using(sequence):
        for column in relation.columns.values():
            default = column.default
            if default and "nextval" in default.functions and sequence.name in "".join(default.values):
                yield _part(relation, "column", column.name)


def _on_column(catalog: Catalog, of: Object) -> Iterator[Object]:
    table = Object("table", of.schema, of.name)
    for relation, constraint in catalog.foreign_keys_to(table):
        if of.part in constraint.referenced and relation.object[1:3] != of[1:3]:
            yield _part(relation, "constraint", constraint.name)
    for view in catalog.views_on(table):
        if view.view and of.part in _words(view.view.query) and not _is_elsewhere(catalog, of, view.view.reads):
            yield view.object
    if catalog.relation(of):
        yield from _in_table(catalog, of)


def _is_elsewhere(catalog: Catalog, of: Object, relations: Iterable[Object]) -> bool:
    """Tell whether the name of a column may be that of another relation's."""
    others = (catalog.relation(one) for one in relations if one[1:3] != of[1:3])
    return any(other is None or not other.is_whole or of.part in other.columns for other in others)


def _in_table(catalog: Catalog, of: Object) -> Iterator[Object]:
    """List what in a table itself depends on one of its columns, and does not go with it."""
    relation, column = catalog.known(of), str(of.part)
    for name, policy in relation.policies.items():
        expressions = [one for one in (policy.using, policy.check) if one and column in one.columns]
        if any(not _is_elsewhere(catalog, of, one.relations) for one in expressions):
            yield _part(relation, "policy", name)
    for name, trigger in relation.triggers.items():
        if column in trigger.columns:
            yield _part(relation, "trigger", name)
    for other in relation.columns.values():
        if other.generated and other.default and column in other.default.columns:
            yield _part(relation, "column", other.name)


def _words(query: str) -> set[str]:
    return set("".join(char if char.isalnum() or char == "_" else " " for char in query).split())


def _on_type(catalog: Catalog, of: Object) -> Iterator[Object]:
    for relation in catalog.relations_using(of):
        if relation.view:
            continue
        for column in relation.columns.values():
            if _is(column.type, of):
                yield _part(relation, "column", column.name)
    users = list(catalog.users.get((of.schema, of.name), ()))
    for made in filter(None, map(catalog.types.get, users)):
        if (made.base and _is(made.base, of)) or any(_is(column.type, of) for column in made.columns):
            yield made.object
    for overloads in filter(None, map(catalog.routines.get, users)):
        for routine in overloads.values():
            if isinstance(routine, CreateFunction) and _uses(routine, of):
                yield routine.object


def _is(one: Type, of: Object) -> bool:
    return one.name == of.name and (one.schema or DEFAULT_SCHEMA) == of.schema


def _uses(routine: CreateFunction, of: Object) -> bool:
    names = {name.removesuffix("[]") for name in (routine.object.part or "").split(", ")}
    written = of.name if of.schema == DEFAULT_SCHEMA else f"{of.schema}.{of.name}"
    return (routine.returns is not None and _is(routine.returns, of)) or bool({of.name, written} & names)


def _on_routine(catalog: Catalog, of: Object) -> Iterator[Object]:
    if of.part is None and len(catalog.routines.get((of.schema, of.name), {})) > 1:
        return
    for relation in catalog.relations_using(of):
        yield from _callers_in(relation, of)
    users = list(catalog.users.get((of.schema, of.name), ()))
    for index in filter(None, map(catalog.indexes.get, users)):
        expressions = (*(key.expression for key in index.keys), index.where)
        if any(_calls(one, of) for one in expressions if one):
            yield index.object


def _callers_in(relation: Relation, of: Object) -> Iterator[Object]:
    for name, trigger in relation.triggers.items():
        if trigger.function[1:3] == of[1:3]:
            yield _part(relation, "trigger", name)
    for part, expression in _expressions(relation):
        if expression and _calls(expression, of):
            yield _part(relation, *part)


def _expressions(relation: Relation) -> Iterator[tuple[tuple[Kind, str], Expression | None]]:
    """List the expressions that a table holds: of policies, defaults and constraints."""
    for name, policy in relation.policies.items():
        yield ("policy", name), policy.using
        yield ("policy", name), policy.check
    for column in relation.columns.values():
        yield ("column", column.name), column.default
    for name, constraint in relation.constraints.items():
        yield ("constraint", name), constraint.expression


def _calls(expression: Expression, of: Object) -> bool:
    return _written(of) in expression.functions


def _on_constraint(catalog: Catalog, of: Object) -> Iterator[Object]:
    """List the foreign keys that rest on a primary key or a unique constraint."""
    key = catalog.constraint(of)
    if key is None or key.kind not in ("primary key", "unique"):
        return
    for relation, constraint in catalog.foreign_keys_to(Object("table", of.schema, of.name)):
        rests_on = constraint.referenced or (key.columns if key.kind == "primary key" else ())
        if set(rests_on) == set(key.columns):
            yield _part(relation, "constraint", constraint.name)


def _part(relation: Relation, kind: Kind, name: str | None) -> Object:
    return relation.object._replace(kind=kind, part=name)


def bodies_with(catalog: Catalog, of: Object) -> Iterator[Object]:
    """List the functions whose bodies name a relation, column or routine; PostgreSQL knows nothing of that."""
    for overloads in catalog.routines.values():
        for routine in overloads.values():
            if isinstance(routine, CreateFunction) and not routine.object.same(of) and _names(catalog, routine, of):
                yield routine.object


def _names(catalog: Catalog, routine: CreateFunction, of: Object) -> bool:
    if of.kind in ROUTINES:
        asked = [one for one in routine.actions if isinstance(one, Query | Write)]
        is_only = len(catalog.routines.get((of.schema, of.name), {})) < 2
        return is_only and any(_written(of) in one.functions for one in asked)
    touched = _touched(routine)
    if of.kind == "column":
        if _is_in_row(catalog, routine, of):
            return True
        within = of.part in _words(routine.body) and not _is_elsewhere(catalog, of, touched)
        return within and any(one[1:3] == of[1:3] for one in touched)
    return of.kind in RELATIONS and any(one[1:3] == of[1:3] for one in touched)


def _touched(routine: CreateFunction) -> list[Object]:
    """List the relations that a body reads or writes."""
    found = [one for action in routine.actions if isinstance(action, Query | Write) for one in action.reads]
    return found + [action.object for action in routine.actions if isinstance(action, Write)]


def _is_in_row(catalog: Catalog, routine: CreateFunction, of: Object) -> bool:
    """Tell whether a trigger of the table reads the column from its row, as new.column or old.column."""
    relation = catalog.relation(of)
    triggers = relation.triggers.values() if relation else ()
    is_called = any(trigger.function[1:3] == routine.object[1:3] for trigger in triggers)
    row = rf"\b(?:new|old)\.\"?{re.escape(str(of.part))}\b"
    return is_called and re.search(row, routine.body, re.IGNORECASE) is not None


def _written(of: Object) -> str:
    """Write a routine as a call does."""
    return of.name if of.schema == DEFAULT_SCHEMA else f"{of.schema}.{of.name}"
