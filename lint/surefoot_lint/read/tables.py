"""CREATE TABLE in all its forms, and CREATE SEQUENCE."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.columns import Column, Constraint
from surefoot_lint.actions.creating import Create, CreateSequence, CreateTable, CreateView
from surefoot_lint.objects import Kind, Object
from surefoot_lint.parse import Node, content, kind_of, written
from surefoot_lint.read.constraints import named_constraints, read_column, read_constraint
from surefoot_lint.read.expressions import parts
from surefoot_lint.read.names import words
from surefoot_lint.read.scope import Reader, Scope

STRATEGIES = {1: "list", 2: "range", 3: "hash"}
OBJECT_MATVIEW = "OBJECT_MATVIEW"


def create_table(node: Node, scope: Scope, kind: Kind = "table") -> Iterator[Action]:
    """Read CREATE TABLE; constraints of columns stand among those of the table too."""
    table = scope.relation(node.relation, kind)
    if table.is_temporary:
        scope.path.temporary.add(table.name)
    elements = [content(element) for element in node.table_elts]
    columns = tuple(read_column(element, scope) for element in elements if kind_of(element) == "ColumnDef")
    of_table = [read_constraint(element, scope) for element in elements if kind_of(element) == "Constraint"]
    constraints = named_constraints(
        table, [one for column in columns for one in column.constraints] + [one for one in of_table if one]
    )
    parents = tuple(scope.relation(content(parent)) for parent in node.inh_relations)
    is_partition = node.HasField("partbound")
    yield CreateTable(
        object=table,
        columns=tuple(_with_names(column, constraints) for column in columns),
        constraints=constraints,
        like=tuple(scope.relation(element.relation) for element in elements if kind_of(element) == "TableLikeClause"),
        inherits=() if is_partition else parents,
        partition_of=parents[0] if is_partition else None,
        default_partition=is_partition and node.partbound.is_default,
        partitioned_by=_partitioned_by(node.partspec) if node.HasField("partspec") else (),
        unlogged=node.relation.relpersistence == "u",
        **scope.common(location=node.relation.location, exists=node.if_not_exists),
    )


def _with_names(column: Column, named: tuple[Constraint, ...]) -> Column:
    """Give the constraints of a column the names that they have among all."""
    places = {constraint.offset for constraint in column.constraints}
    return column._replace(constraints=tuple(one for one in named if one.offset in places))


def _partitioned_by(node: Node) -> tuple[str, ...]:
    return (STRATEGIES.get(node.strategy, "range"), *(content(key).name for key in node.part_params))


def create_foreign_table(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE FOREIGN TABLE."""
    return create_table(node.base_stmt, scope, "foreign table")


def create_table_as(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE TABLE AS and CREATE MATERIALIZED VIEW."""
    into, query = node.into, content(node.query)
    is_view = node.DESCRIPTOR.fields_by_name["objtype"].enum_type.values_by_number[node.objtype].name == OBJECT_MATVIEW
    common = scope.common(location=into.rel.location, exists=node.if_not_exists)
    table = scope.relation(into.rel, "materialized view" if is_view else "table")
    if not is_view:
        if table.is_temporary:
            scope.path.temporary.add(table.name)
        yield CreateTable(object=table, filled=not into.skip_data, **common)
    else:
        yield CreateView(
            object=table,
            query=_text(query),
            columns=tuple(words(into.col_names)) or output_columns(query),
            reads=parts(query, scope).relations,
            filled=not into.skip_data,
            **common,
        )


def create_view(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE VIEW."""
    query = content(node.query)
    options = {content(option).defname: content(option).arg for option in node.options}
    invoker = options.get("security_invoker")
    yield CreateView(
        object=scope.relation(node.view, "view"),
        query=_text(query),
        columns=_renamed(words(node.aliases), output_columns(query)),
        reads=parts(query, scope).relations,
        security_invoker=invoker is not None and _is_on(invoker),
        **scope.common(location=node.view.location, replace=node.replace),
    )


def _renamed(aliases: list[str], columns: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Put the names that a view gives in place of the first ones of its query; None where there are none to know."""
    return (*aliases, *columns[len(aliases) :]) if columns is not None else tuple(aliases) or None


def _is_on(argument: Node) -> bool:
    inner = content(argument)
    return inner is None or str(getattr(inner, "sval", getattr(inner, "boolval", "true"))).lower() in (
        "true",
        "on",
        "1",
    )


def _text(query: Node) -> str:
    return written(query) if kind_of(query) == "SelectStmt" else ""


def output_columns(query: Node) -> tuple[str, ...] | None:
    """Name the columns that a query gives; None where a star or an unnamed expression hides one."""
    while kind_of(query) == "SelectStmt" and query.HasField("larg"):
        query = query.larg
    if kind_of(query) != "SelectStmt":
        return None
    names = [_output_name(content(target)) for target in query.target_list]
    return tuple(name for name in names if name) if names and all(names) else None


def _output_name(target: Node) -> str | None:
    if target.name:
        return str(target.name)
    value = content(target.val)
    while kind_of(value) == "TypeCast" and kind_of(content(value.arg)) in ("ColumnRef", "FuncCall"):
        value = content(value.arg)
    if kind_of(value) == "ColumnRef" and value.fields[-1].HasField("string"):
        return str(value.fields[-1].string.sval)
    return words(value.funcname)[-1] if kind_of(value) == "FuncCall" else None


def create_sequence(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE SEQUENCE."""
    yield CreateSequence(
        object=scope.relation(node.sequence, "sequence"),
        owned_by=owner_of(node.options, scope),
        **scope.common(location=node.sequence.location, exists=node.if_not_exists),
    )


def owner_of(options: list[Node], scope: Scope) -> Object | None:
    """Find the column in OWNED BY; none for OWNED BY NONE."""
    for option in map(content, options):
        if option.defname == "owned_by":
            names = words(content(option.arg).items)
            return scope.named("column", names[:-1], names[-1]) if len(names) > 1 else None
    return None


def create_schema(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE SCHEMA; what is made within its statement lies in it."""
    name = node.schemaname or node.authrole.rolename
    yield Create(object=Object("schema", "", name), **scope.common(exists=node.if_not_exists))
    outer, scope.path.schema = scope.path.schema, name
    for element in node.schema_elts:
        inner = content(element)
        field = element.WhichOneof("node")
        if field in READERS:
            yield from READERS[field](inner, scope)
    scope.path.schema = outer


READERS: dict[str, Reader] = {
    "create_stmt": create_table,
    "create_foreign_table_stmt": create_foreign_table,
    "create_table_as_stmt": create_table_as,
    "view_stmt": create_view,
    "create_seq_stmt": create_sequence,
    "create_schema_stmt": create_schema,
}
