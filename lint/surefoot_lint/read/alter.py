"""ALTER TABLE, and ALTER of all that is changed like a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import (
    AttachPartition,
    Change,
    ChangeType,
    DetachPartition,
    Drop,
    SetDefault,
    SetNullable,
    SetRowSecurity,
    SetTriggers,
    Validate,
)
from surefoot_lint.actions.creating import AddColumn, AddConstraint
from surefoot_lint.objects import Kind, Object, Type
from surefoot_lint.parse import Node, content, kind_of
from surefoot_lint.read.constraints import named_constraints, read_column, read_constraint
from surefoot_lint.read.expressions import read_expression
from surefoot_lint.read.kinds import kind_of_object
from surefoot_lint.read.names import read_type, words
from surefoot_lint.read.scope import Reader, Scope

CASCADE = 2
LOCATION = re.compile(r"\blocation: \d+")
Part = Callable[[Node, Object, Scope], Iterator[Action]]


def alter_table(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER TABLE, one action or more for each of its commands."""
    kind = kind_of_object(node, "objtype", "table")
    table = scope.relation(node.relation, kind)
    inner = replace(scope, guard=scope.guard._replace(table=node.missing_ok))
    for command in map(content, node.cmds):
        name = command.DESCRIPTOR.fields_by_name["subtype"].enum_type.values_by_number[command.subtype].name
        yield from PARTS.get(name, _other(name))(command, table, inner)


def _column(table: Object, name: str) -> Object:
    return Object("column", table.schema, table.name, name)


def _constraint(table: Object, name: str) -> Object:
    return Object("constraint", table.schema, table.name, name)


def add_column(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    """Read ADD COLUMN."""
    column = read_column(content(getattr(node, "def")), scope)
    column = column._replace(constraints=named_constraints(table, column.constraints))
    common = scope.common(exists=node.missing_ok) | {"offset": column.offset}
    yield AddColumn(object=_column(table, column.name), column=column, **common)


def add_constraint(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    """Read ADD CONSTRAINT."""
    constraint = read_constraint(content(getattr(node, "def")), scope)
    if constraint:
        (named,) = named_constraints(table, (constraint,))
        if constraint.using_index and not constraint.name:
            named = named._replace(name=constraint.using_index)
        target = _constraint(table, str(named.name))
        common = scope.common() | {"offset": constraint.offset}
        yield AddConstraint(object=target, constraint=named, named=constraint.name is not None, **common)


def change_type(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    """Read ALTER COLUMN … TYPE."""
    definition = content(getattr(node, "def"))
    to = read_type(definition.type_name)
    yield ChangeType(
        object=_column(table, node.name),
        aspect="type",
        value=to.shown,
        type=to,
        using=read_expression(definition.raw_default, scope) if definition.HasField("raw_default") else None,
        through=_casts(content(definition.raw_default), node.name) if definition.HasField("raw_default") else (),
        collation=".".join(words(definition.coll_clause.collname)) if definition.HasField("coll_clause") else "",
        **scope.common(location=definition.location),
    )


def _casts(tree: Node, column: str) -> tuple[Type, ...] | None:
    """List the types that an expression casts a column to, the first first; None where it is more than casts."""
    types: list[Type] = []
    while kind_of(tree) == "TypeCast":
        types.append(read_type(tree.type_name))
        tree = content(tree.arg)
    is_column = kind_of(tree) == "ColumnRef" and words(tree.fields)[-1:] == [column]
    return tuple(reversed(types)) if is_column else None


def set_default(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    """Read SET DEFAULT and DROP DEFAULT."""
    field = getattr(node, "def")
    default = read_expression(field, scope) if field.WhichOneof("node") else None
    text = default.text if default else None
    yield SetDefault(object=_column(table, node.name), aspect="default", value=text, default=default, **scope.common())


def drop_column(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    """Read DROP COLUMN."""
    common = scope.common(exists=node.missing_ok)
    yield Drop(object=_column(table, node.name), cascade=node.behavior == CASCADE, **common)


def drop_constraint(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    """Read DROP CONSTRAINT."""
    common = scope.common(exists=node.missing_ok)
    yield Drop(object=_constraint(table, node.name), cascade=node.behavior == CASCADE, **common)


def validate(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    """Read VALIDATE CONSTRAINT."""
    yield Validate(object=_constraint(table, node.name), aspect="validity", value="valid", **scope.common())


def attach_partition(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    """Read ATTACH PARTITION."""
    command = content(getattr(node, "def"))
    yield AttachPartition(
        object=table,
        aspect="partition",
        partition=scope.relation(command.name, table.kind),
        default=command.HasField("bound") and command.bound.is_default,
        **scope.common(),
    )


def detach_partition(node: Node, table: Object, scope: Scope, *, finalize: bool = False) -> Iterator[Action]:
    """Read DETACH PARTITION."""
    command = content(getattr(node, "def"))
    yield DetachPartition(
        object=table,
        aspect="partition",
        partition=scope.relation(command.name, table.kind),
        concurrently=command.concurrent,
        finalize=finalize,
        **scope.common(),
    )


def _finalize(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    return detach_partition(node, table, scope, finalize=True)


def _nullable(nullable: bool) -> Part:
    def read(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
        value = "null" if nullable else "not null"
        target = _column(table, node.name)
        yield SetNullable(object=target, aspect="nullability", value=value, nullable=nullable, **scope.common())

    return read


def _row_security(aspect: str, on: bool) -> Part:
    def read(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
        yield SetRowSecurity(object=table, aspect=aspect, value="on" if on else "off", on=on, **scope.common())

    return read


def _triggers(on: bool, which: str = "", aspect: str = "triggers") -> Part:
    def read(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
        value = "on" if on else "off"
        trigger = which or node.name
        yield SetTriggers(object=table, aspect=aspect, value=value, trigger=trigger, on=on, **scope.common())

    return read


def _on_column(aspect: str) -> Part:
    def read(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
        yield Change(object=_column(table, node.name), aspect=aspect, value=_value(node), **scope.common())

    return read


def _on_table(aspect: str, value: str | None = None) -> Part:
    def read(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
        yield Change(object=table, aspect=aspect, value=value or node.name or _value(node), **scope.common())

    return read


def _reset_column(aspect: str) -> Part:
    def read(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
        yield Change(object=_column(table, node.name), aspect=aspect, **scope.common())

    return read


def _reset_table(aspect: str) -> Part:
    def read(_node: Node, table: Object, scope: Scope) -> Iterator[Action]:
        yield Change(object=table, aspect=aspect, **scope.common())

    return read


def _statistics(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    target = content(getattr(node, "def"))
    value = str(target.ival) if target is not None and target.ival >= 0 else None  # -1 is the default
    yield Change(object=_column(table, node.name), aspect="statistics target", value=value, **scope.common())


def _on_constraint(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    constraint = content(getattr(node, "def"))
    name = getattr(constraint, "conname", "") or node.name
    yield Change(object=_constraint(table, name), aspect="definition", value=_value(node), **scope.common())


def _owner(node: Node, table: Object, scope: Scope) -> Iterator[Action]:
    yield Change(object=table, aspect="owner", value=node.newowner.rolename, **scope.common())


def _other(name: str) -> Part:
    return _on_table(name.removeprefix("AT_"))


def _value(node: Node) -> str | None:
    """Write what a command sets, so that equal commands are equal."""
    field = getattr(node, "def")
    if not field.WhichOneof("node"):
        return str(node.num) if node.num else None
    return " ".join(LOCATION.sub("", str(content(field))).split())


PARTS: dict[str, Part] = {
    "AT_AddColumn": add_column,
    "AT_AddConstraint": add_constraint,
    "AT_AlterConstraint": _on_constraint,
    "AT_ValidateConstraint": validate,
    "AT_DropConstraint": drop_constraint,
    "AT_DropColumn": drop_column,
    "AT_AlterColumnType": change_type,
    "AT_ColumnDefault": set_default,
    "AT_SetNotNull": _nullable(False),
    "AT_DropNotNull": _nullable(True),
    "AT_SetExpression": _on_column("expression"),
    "AT_DropExpression": _on_column("expression"),
    "AT_SetStatistics": _statistics,
    "AT_SetOptions": _on_column("options"),
    "AT_ResetOptions": _reset_column("options"),
    "AT_SetStorage": _on_column("storage"),
    "AT_SetCompression": _on_column("compression"),
    "AT_AddIdentity": _on_column("identity"),
    "AT_SetIdentity": _on_column("identity"),
    "AT_DropIdentity": _on_column("identity"),
    "AT_ChangeOwner": _owner,
    "AT_ClusterOn": _on_table("clustering"),
    "AT_DropCluster": _on_table("clustering", "none"),
    "AT_SetLogged": _on_table("persistence", "logged"),
    "AT_SetUnLogged": _on_table("persistence", "unlogged"),
    "AT_SetAccessMethod": _on_table("access method"),
    "AT_SetTableSpace": _on_table("tablespace"),
    "AT_SetRelOptions": _on_table("options"),
    "AT_ResetRelOptions": _reset_table("options"),
    "AT_ReplicaIdentity": _on_table("replica identity"),
    "AT_AddInherit": _on_table("inheritance"),
    "AT_DropInherit": _on_table("inheritance"),
    "AT_EnableTrig": _triggers(True),
    "AT_EnableAlwaysTrig": _triggers(True),
    "AT_EnableReplicaTrig": _triggers(True),
    "AT_DisableTrig": _triggers(False),
    "AT_EnableTrigAll": _triggers(True, "all"),
    "AT_DisableTrigAll": _triggers(False, "all"),
    "AT_EnableTrigUser": _triggers(True, "user"),
    "AT_DisableTrigUser": _triggers(False, "user"),
    "AT_EnableRule": _triggers(True, aspect="rules"),
    "AT_EnableAlwaysRule": _triggers(True, aspect="rules"),
    "AT_EnableReplicaRule": _triggers(True, aspect="rules"),
    "AT_DisableRule": _triggers(False, aspect="rules"),
    "AT_EnableRowSecurity": _row_security("row security", True),
    "AT_DisableRowSecurity": _row_security("row security", False),
    "AT_ForceRowSecurity": _row_security("forced row security", True),
    "AT_NoForceRowSecurity": _row_security("forced row security", False),
    "AT_AttachPartition": attach_partition,
    "AT_DetachPartition": detach_partition,
    "AT_DetachPartitionFinalize": _finalize,
}


def alter_sequence(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER SEQUENCE."""
    kind: Kind = "sequence"
    options = [content(option) for option in node.options]
    owned = next((".".join(words(content(one.arg).items)) for one in options if one.defname == "owned_by"), None)
    aspect = "ownership" if owned is not None else "options"
    value = owned if owned is not None else ", ".join(str(one.defname) for one in options)
    yield Change(object=scope.relation(node.sequence, kind), aspect=aspect, value=value, **scope.common())


READERS: dict[str, Reader] = {"alter_table_stmt": alter_table, "alter_seq_stmt": alter_sequence}
