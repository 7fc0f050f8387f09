"""CREATE TYPE, CREATE DOMAIN, and what changes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Change, Drop, Rename, Validate
from surefoot_lint.actions.creating import AddConstraint, AddEnumValue, CreateType
from surefoot_lint.objects import Kind, Object
from surefoot_lint.parse import Node, content
from surefoot_lint.read.alter import set_default
from surefoot_lint.read.constraints import CONSTR_DEFAULT, named_constraints, read_column, read_constraint
from surefoot_lint.read.expressions import read_expression
from surefoot_lint.read.names import read_type, signature, words
from surefoot_lint.read.scope import Reader, Scope

CASCADE = 2
DEFINED: dict[str, Kind] = {
    "OBJECT_AGGREGATE": "aggregate",
    "OBJECT_COLLATION": "collation",
    "OBJECT_OPERATOR": "operator",
    "OBJECT_TSCONFIGURATION": "text search configuration",
    "OBJECT_TSDICTIONARY": "text search dictionary",
    "OBJECT_TSPARSER": "text search parser",
    "OBJECT_TSTEMPLATE": "text search template",
}


def create_enum(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE TYPE … AS ENUM."""
    target = scope.named("type", words(node.type_name))
    yield CreateType(object=target, form="enum", labels=tuple(words(node.vals)), **scope.common())


def create_composite(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE TYPE … AS (…)."""
    columns = tuple(read_column(content(column), scope) for column in node.coldeflist)
    yield CreateType(object=scope.relation(node.typevar, "type"), form="composite", columns=columns, **scope.common())


def create_range(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE TYPE … AS RANGE."""
    yield CreateType(object=scope.named("type", words(node.type_name)), form="range", **scope.common())


def create_domain(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE DOMAIN."""
    target = scope.named("domain", words(node.domainname))
    nodes = [content(constraint) for constraint in node.constraints]
    found = [read_constraint(constraint, scope) for constraint in nodes]
    default = next((read_expression(one.raw_expr, scope) for one in nodes if one.contype == CONSTR_DEFAULT), None)
    yield CreateType(
        object=target,
        form="domain",
        base=read_type(node.type_name),
        constraints=named_constraints(target, [one for one in found if one]),
        default=default,
        **scope.common(),
    )


def define(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE AGGREGATE, OPERATOR, COLLATION, TEXT SEARCH …, and CREATE TYPE of a base type."""
    name = node.DESCRIPTOR.fields_by_name["kind"].enum_type.values_by_number[node.kind].name
    common = scope.common(exists=node.if_not_exists, replace=node.replace)
    kind = DEFINED.get(name, "type")
    arguments = _aggregate_arguments(node) if kind == "aggregate" else None
    form: Literal["base", "shell"] = "base" if node.definition else "shell"
    yield CreateType(object=scope.named(kind, words(node.defnames), arguments), form=form, **common)


def _aggregate_arguments(node: Node) -> str | None:
    if node.oldstyle or not node.args:
        return None
    parameters = content(node.args[0])
    items = getattr(parameters, "items", ())
    return signature(content(item).arg_type for item in items)


def alter_enum(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER TYPE … ADD VALUE and RENAME VALUE."""
    target = scope.named("enum value", words(node.type_name), node.new_val)
    if node.old_val:
        yield Rename(object=target._replace(part=node.old_val), to=target, **scope.common())
    else:
        common = scope.common(exists=node.skip_if_new_val_exists)
        yield AddEnumValue(object=target, neighbour=node.new_val_neighbor or None, **common)


def alter_domain(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER DOMAIN."""
    domain = scope.named("domain", words(node.type_name))
    yield from _alter_domain(node, domain, scope)


def _alter_domain(node: Node, domain: Object, scope: Scope) -> Iterator[Action]:
    part = Object("constraint", domain.schema, domain.name, node.name)
    if node.subtype == "C":
        constraint = read_constraint(content(getattr(node, "def")), scope)
        if constraint:
            (named,) = named_constraints(domain, (constraint,))
            target = part._replace(part=named.name)
            is_named = bool(constraint.name)
            yield AddConstraint(object=target, constraint=named, named=is_named, on_domain=True, **scope.common())
    elif node.subtype == "X":
        yield Drop(object=part, cascade=node.behavior == CASCADE, **scope.common(exists=node.missing_ok))
    elif node.subtype == "V":
        yield Validate(object=part, aspect="validity", value="valid", **scope.common())
    elif node.subtype == "T":
        (change,) = set_default(node, domain, scope)
        yield Change(object=domain, aspect="default", value=getattr(change, "value", None), **scope.common())
    else:
        value = "not null" if node.subtype == "O" else "null"
        yield Change(object=domain, aspect="nullability", value=value, **scope.common())


def alter_type(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER TYPE … SET (…)."""
    yield Change(object=scope.named("type", words(node.type_name)), aspect="options", **scope.common())


READERS: dict[str, Reader] = {
    "create_enum_stmt": create_enum,
    "composite_type_stmt": create_composite,
    "create_range_stmt": create_range,
    "create_domain_stmt": create_domain,
    "define_stmt": define,
    "alter_enum_stmt": alter_enum,
    "alter_domain_stmt": alter_domain,
    "alter_type_stmt": alter_type,
}
