"""Actions change the catalog: CREATE, ALTER, DROP and RENAME, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from surefoot_lint import actions as act
from surefoot_lint.actions import Action, Column, Constraint
from surefoot_lint.history import PARTS, Catalog, Relation, index_columns
from surefoot_lint.mentions import mentions
from surefoot_lint.objects import DEFAULT_SCHEMA, RELATIONS, ROUTINES, TYPES, Object, Type
from surefoot_lint.read.names import chosen_name

T = TypeVar("T")
CHANGING = (act.Create, act.Drop, act.Rename, act.Unread)


def without(mapping: Mapping[str, T], *names: str | None) -> dict[str, T]:
    """Copy a mapping without some keys."""
    return {key: value for key, value in mapping.items() if key not in names}


def _create_table(catalog: Catalog, action: act.CreateTable) -> None:
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


def _create_index(catalog: Catalog, action: act.CreateIndex) -> None:
    name = (action.object.schema, action.object.name)
    if not (action.guard and name in catalog.indexes):
        catalog.indexes[name] = action


def _create_view(catalog: Catalog, action: act.CreateView) -> None:
    name = (action.object.schema, action.object.name)
    if action.guard.exists and name in catalog.relations:
        return
    columns = {column: Column(column, Type("unknown")) for column in action.columns or ()}
    catalog.relations[name] = Relation(action.object, columns, view=action, is_whole=action.columns is not None)


def _create_sequence(catalog: Catalog, action: act.CreateSequence) -> None:
    name = (action.object.schema, action.object.name)
    if name not in catalog.relations:
        catalog.relations[name] = Relation(action.object, owned_by=action.owned_by)


def _create_type(catalog: Catalog, action: act.CreateType) -> None:
    if action.object.kind == "aggregate":
        _create_routine(catalog, action)
    elif action.object.kind not in TYPES:
        catalog.others[action.object] = action
    elif not (action.guard and (action.object.schema, action.object.name) in catalog.types):
        catalog.types[action.object.schema, action.object.name] = action


def _create_routine(catalog: Catalog, action: act.Create) -> None:
    name = (action.object.schema, action.object.name)
    catalog.routines[name] = {**catalog.routines.get(name, {}), action.object.part or "": action}


def _create_trigger(catalog: Catalog, action: act.CreateTrigger) -> None:
    triggers = {**catalog.known(action.object).triggers, str(action.object.part): action}
    catalog.change(action.object, triggers=triggers)


def _create_policy(catalog: Catalog, action: act.CreatePolicy) -> None:
    policies = {**catalog.known(action.object).policies, str(action.object.part): action}
    catalog.change(action.object, policies=policies)


def _add_column(catalog: Catalog, action: act.AddColumn) -> None:
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


def _add_constraint(catalog: Catalog, action: act.AddConstraint) -> None:
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


def _add_enum_value(catalog: Catalog, action: act.AddEnumValue) -> None:
    name = (action.object.schema, action.object.name)
    made = catalog.types.get(name)
    if made and action.object.part not in made.labels:
        catalog.types[name] = replace(made, labels=(*made.labels, str(action.object.part)))


def _create_other(catalog: Catalog, action: act.Create) -> None:
    if action.object.kind == "rule":
        catalog.change(action.object, rules=catalog.known(action.object).rules | {str(action.object.part)})
    else:
        catalog.others.setdefault(action.object, action)


def _drop(catalog: Catalog, action: act.Drop) -> None:
    of = action.object
    name = (of.schema, of.name)
    if of.kind == "index":
        catalog.indexes.pop(name, None)
    elif of.kind in RELATIONS:
        _drop_relation(catalog, of)
    elif of.kind in ROUTINES:
        _drop_routine(catalog, of)
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


def _drop_grants(catalog: Catalog, of: Object) -> None:
    """Forget the privileges on what is gone, and what a role that is gone was given."""
    name = (of.schema, of.name)
    if name in catalog.grants:
        kept = (one for one in catalog.grants[name] if not any(target.same(of) for target in one.objects))
        catalog.grants[name] = tuple(one for one in kept if of.kind != "role" or of.name not in one.grantees)


def _drop_relation(catalog: Catalog, of: Object) -> None:
    """Drop a relation with all that lies within it, or belongs to it."""
    for index in list(catalog.indexes_on(of)):
        del catalog.indexes[index.object.schema, index.object.name]
    for relation in list(catalog.relations_using(of)):
        if relation.owned_by and relation.owned_by[1:3] == of[1:3]:
            del catalog.relations[relation.object.schema, relation.object.name]
    for relation, constraint in list(catalog.foreign_keys_to(of)):
        catalog.change(relation.object, constraints=without(relation.constraints, constraint.name))
    catalog.relations.pop((of.schema, of.name), None)


def _drop_routine(catalog: Catalog, of: Object) -> None:
    name = (of.schema, of.name)
    overloads = catalog.routines.get(name, {})
    left = without(overloads, of.part) if of.part is not None else {}
    catalog.routines[name] = left
    if not left:
        del catalog.routines[name]


def _drop_schema(catalog: Catalog, of: Object, cascade: bool) -> None:
    catalog.others.pop(of, None)
    if cascade:
        for known in (catalog.relations, catalog.indexes, catalog.types, catalog.routines):
            for name in [name for name in known if name[0] == of.name]:
                del known[name]


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
        catalog.change(of, constraints=without(relation.constraints, of.part), columns=columns)
    elif of.kind == "policy":
        catalog.change(of, policies=without(relation.policies, of.part))
    elif of.kind == "trigger":
        catalog.change(of, triggers=without(relation.triggers, of.part))
    else:
        catalog.change(of, rules=relation.rules - {str(of.part)})


def _drop_column(catalog: Catalog, relation: Relation, of: Object) -> None:
    """Drop a column with the constraints and the indexes that use it (manual: sql-altertable, DROP COLUMN)."""
    constraints = {name: one for name, one in relation.constraints.items() if of.part not in one.columns}
    catalog.change(of, columns=without(relation.columns, of.part), constraints=constraints)
    for index in list(catalog.indexes_on(of)):
        if of.part in index_columns(index):
            del catalog.indexes[index.object.schema, index.object.name]
    for sequence in list(catalog.relations_using(of)):
        if sequence.owned_by and sequence.owned_by[1:] == of[1:]:
            del catalog.relations[sequence.object.schema, sequence.object.name]


def _rename(catalog: Catalog, action: act.Rename) -> None:
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


def _rename_index(catalog: Catalog, of: Object, to: Object) -> None:
    if index := catalog.indexes.pop((of.schema, of.name), None):
        catalog.indexes[to.schema, to.name] = replace(index, object=to)


def _rename_routine(catalog: Catalog, of: Object, to: Object) -> None:
    if routine := catalog.routine(of):
        _drop_routine(catalog, routine.object)
        _create_routine(catalog, replace(routine, object=routine.object._replace(schema=to.schema, name=to.name)))


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


def _rename_type_of_columns(catalog: Catalog, of: Object, to: Object) -> None:
    for relation in catalog.relations_using(of):
        renamed = {
            name: column._replace(type=column.type._replace(schema=_written(to), name=to.name))
            for name, column in relation.columns.items()
            if (column.type.schema or DEFAULT_SCHEMA, column.type.name) == (of.schema, of.name)
        }
        if renamed:
            catalog.change(relation.object, columns={**relation.columns, **renamed})


def _written(of: Object) -> str:
    """Write the schema of a type as most statements do."""
    return "" if of.schema == DEFAULT_SCHEMA else of.schema


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


def _with_column(constraint: Constraint, old: str | None, new: str) -> Constraint:
    return constraint._replace(columns=tuple(new if name == old else name for name in constraint.columns))


def _change_column(catalog: Catalog, of: Object, **changes: object) -> None:
    relation = catalog.known(of)
    column = relation.columns.get(of.part or "")
    if column:
        columns = {**relation.columns, column.name: column._replace(**changes)}  # type: ignore[arg-type]
        catalog.change(of, columns=columns)


def _change_type(catalog: Catalog, action: act.ChangeType) -> None:
    _change_column(catalog, action.object, type=action.type)


def _set_default(catalog: Catalog, action: act.SetDefault) -> None:
    _change_column(catalog, action.object, default=action.default)


def _set_nullable(catalog: Catalog, action: act.SetNullable) -> None:
    _change_column(catalog, action.object, not_null=not action.nullable)


def _set_row_security(catalog: Catalog, action: act.SetRowSecurity) -> None:
    name = "row_security" if action.aspect == "row security" else "forced_row_security"
    catalog.change(action.object, **{name: action.on})


def _validate(catalog: Catalog, action: act.Validate) -> None:
    constraint, relation = catalog.constraint(action.object), catalog.relation(action.object)
    if constraint and relation:
        valid = constraint._replace(valid=True)
        catalog.change(action.object, constraints={**relation.constraints, str(action.object.part): valid})


def _attach(catalog: Catalog, action: act.AttachPartition) -> None:
    if action.object.kind != "index":
        catalog.change(action.partition, partition_of=action.object, is_default_partition=action.default)


def _detach(catalog: Catalog, action: act.DetachPartition) -> None:
    catalog.change(action.partition, partition_of=None, is_default_partition=False)


def _maintain(catalog: Catalog, action: act.Maintain) -> None:
    """Follow a REFRESH: the view is filled then."""
    relation = catalog.relation(action.object) if action.verb == "refresh" and action.object else None
    if relation and relation.view:
        catalog.change(relation.object, view=replace(relation.view, filled=True))


def _comment(catalog: Catalog, action: act.Comment) -> None:
    catalog.set_note(action.object, "comment", action.text)


def _grant(catalog: Catalog, action: act.Grant) -> None:
    _note_grant(catalog, action)
    for of in action.objects:
        for grantee in action.grantees:
            for privilege in action.privileges if not action.by_default else ():
                catalog.set_note(of, f"privilege {privilege} for {grantee}", None if action.revoke else "granted")
            if action.revoke and "all" in action.privileges:
                _revoke_all(catalog, of, grantee)


def _note_grant(catalog: Catalog, action: act.Grant) -> None:
    """Note a GRANT under the names of its objects, which ALL … IN SCHEMA does not tell, and of its roles."""
    objects = action.objects
    if action.everything and not action.by_default:
        objects = tuple(of for schema in objects for of in catalog.all_in(schema.name, action.everything))
    told = replace(action, objects=objects)
    names = [("", grantee) for grantee in action.grantees]
    names += [("", "")] if action.by_default else [(of.schema, of.name) for of in objects]
    for name in dict.fromkeys(names):
        catalog.grants[name] = (*catalog.grants.get(name, ()), told)


def _revoke_all(catalog: Catalog, of: Object, grantee: str) -> None:
    for about, aspect in list(catalog.notes.get((of.schema, of.name), {})):
        if about == of and aspect.startswith("privilege ") and aspect.endswith(f" for {grantee}"):
            catalog.set_note(of, aspect, None)


def _change_policy(catalog: Catalog, action: act.ChangePolicy) -> None:
    policies = catalog.known(action.object).policies
    if old := policies.get(str(action.object.part)):
        new = replace(
            old,
            roles=old.roles if action.roles is None else action.roles,
            using=action.using or old.using,
            check=action.check or old.check,
        )
        catalog.change(action.object, policies={**policies, str(action.object.part): new})


def _change(catalog: Catalog, action: act.Change) -> None:
    catalog.set_note(action.object, action.aspect, action.value)


def _unread(catalog: Catalog, _action: act.Unread) -> None:
    catalog.is_closed = False


def _query(catalog: Catalog, action: act.Query) -> None:
    """Note that a function of an earlier file is called that makes or drops what is then not known."""
    for name in action.functions:
        for routine in catalog.called(name):
            if routine.unread or any(isinstance(one, CHANGING) for one in routine.actions):
                catalog.is_closed = False


FOLLOW: dict[type, Callable[[Catalog, Any], None]] = {
    act.CreateTable: _create_table,
    act.CreateIndex: _create_index,
    act.CreateView: _create_view,
    act.CreateSequence: _create_sequence,
    act.CreateType: _create_type,
    act.CreateFunction: _create_routine,
    act.CreateTrigger: _create_trigger,
    act.CreatePolicy: _create_policy,
    act.AddColumn: _add_column,
    act.AddConstraint: _add_constraint,
    act.AddEnumValue: _add_enum_value,
    act.Create: _create_other,
    act.Drop: _drop,
    act.Rename: _rename,
    act.ChangeType: _change_type,
    act.SetDefault: _set_default,
    act.SetNullable: _set_nullable,
    act.SetRowSecurity: _set_row_security,
    act.ChangePolicy: _change_policy,
    act.Validate: _validate,
    act.AttachPartition: _attach,
    act.DetachPartition: _detach,
    act.Comment: _comment,
    act.Grant: _grant,
    act.Change: _change,
    act.Maintain: _maintain,
    act.Unread: _unread,
    act.Query: _query,
}


def replay(catalog: Catalog, action: Action) -> None:
    """Change the catalog as an action changes the database."""
    _note_users(catalog, action)
    for kind in type(action).__mro__:
        if follow := FOLLOW.get(kind):
            follow(catalog, action)
            return


def _note_users(catalog: Catalog, action: Action) -> None:
    """Note which names an action makes its object speak of; a renamed object takes over those who speak of it."""
    if isinstance(action, act.Rename):
        old, new = (action.object.schema, action.object.name), (action.to.schema, action.to.name)
        catalog.users.setdefault(new, {}).update(catalog.users.get(old, {}))
        for users in catalog.users.values():
            if old in users:
                users[new] = None
    elif isinstance(action, act.Create | act.AttachPartition | act.ChangeType):
        user = (action.object.schema, action.object.name)
        if isinstance(action, act.AttachPartition):
            user = (action.partition.schema, action.partition.name)
        for name in mentions(action):
            if name != user:
                catalog.users.setdefault(name, {})[user] = None
