"""Statements that write or read rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.creating import CreateTable
from surefoot_lint.actions.session import Set
from surefoot_lint.actions.writing import Copy, Delete, Insert, Merge, Query, Truncate, Update
from surefoot_lint.parse import Node, content, kind_of
from surefoot_lint.read.expressions import MANY_ROWS, constant, nodes, parts, read_expression
from surefoot_lint.read.names import words
from surefoot_lint.read.scope import Reader, Scope

CASCADE = 2
WRITES = {"InsertStmt": "insert_stmt", "UpdateStmt": "update_stmt", "DeleteStmt": "delete_stmt"}
CONFLICT = {2: "nothing", 3: "update"}
OVERRIDING = {2: "user", 3: "system"}


def _rest(node: Node, scope: Scope) -> dict[str, Any]:
    """Say what else a statement calls and reads; the strings in it serve to find secrets."""
    found = parts(node, scope)
    own = scope.relation(node.relation) if node.DESCRIPTOR.fields_by_name.get("relation") else None
    reads = tuple(relation for relation in found.relations if relation != own)
    return {"functions": found.functions, "reads": reads, "values": found.values}


def insert(node: Node, scope: Scope) -> Iterator[Action]:
    """Read INSERT."""
    yield from _inside(node, scope)
    conflict = CONFLICT.get(node.on_conflict_clause.action, "") if node.HasField("on_conflict_clause") else ""
    yield Insert(
        object=scope.relation(node.relation),
        columns=tuple(content(column).name for column in node.cols),
        on_conflict=cast("Any", conflict),
        tested=_tests_absence(node),
        width=_width(node),
        defaults=_defaults(node),
        overriding=cast("Any", OVERRIDING.get(node.override, "")),
        **_rest(node, scope),
        **scope.common(),
    )


def _width(node: Node) -> int | None:
    """Count the values of a row: none for DEFAULT VALUES."""
    if not node.HasField("select_stmt"):
        return 0
    rows = content(node.select_stmt).values_lists
    return len(rows[0].list.items) if rows else None


def _defaults(node: Node) -> tuple[int, ...]:
    """List the places where the rows of VALUES, as far as they are looked through, all say DEFAULT."""
    rows = content(node.select_stmt).values_lists[:MANY_ROWS] if node.HasField("select_stmt") else ()
    said = [
        {place for place, value in enumerate(row.list.items) if kind_of(content(value)) == "SetToDefault"}
        for row in rows
    ]
    return tuple(sorted(set.intersection(*said))) if said else ()


def _tests_absence(node: Node) -> bool:
    """Tell whether INSERT … SELECT … WHERE NOT EXISTS (…), NOT IN, EXCEPT or a left join … IS NULL guards it."""
    query = content(node.select_stmt) if node.HasField("select_stmt") else None
    if query is None or (query.values_lists and not node.HasField("with_clause")):
        return False
    if any(_asks_for_none(inner) for inner in nodes(node)):
        return True
    tests = nodes(query.where_clause) if query.HasField("where_clause") and len(query.from_clause) else ()
    is_null = any(kind_of(inner) == "NullTest" and _is_null_test(inner) for inner in tests)
    return is_null and kind_of(content(query.from_clause[0])) == "JoinExpr"


def _asks_for_none(node: Node) -> bool:
    """Tell NOT with a query in it, and EXCEPT."""
    if kind_of(node) == "SelectStmt":
        return bool(node.op == _value(node, "op", "SETOP_EXCEPT"))
    is_not = kind_of(node) == "BoolExpr" and node.boolop == _value(node, "boolop", "NOT_EXPR")
    return is_not and any(kind_of(part) == "SubLink" for part in nodes(node))


def _value(node: Node, field: str, name: str) -> int:
    """Give the number of a name in the enumeration of a field."""
    return int(node.DESCRIPTOR.fields_by_name[field].enum_type.values_by_name[name].number)


def _is_null_test(node: Node) -> bool:
    return bool(node.nulltesttype == _value(node, "nulltesttype", "IS_NULL"))


def update(node: Node, scope: Scope) -> Iterator[Action]:
    """Read UPDATE."""
    yield from _inside(node, scope)
    yield Update(
        object=scope.relation(node.relation),
        columns=tuple(content(target).name for target in node.target_list),
        where=read_expression(node.where_clause, scope) if node.HasField("where_clause") else None,
        **_rest(node, scope),
        **scope.common(),
    )


def delete(node: Node, scope: Scope) -> Iterator[Action]:
    """Read DELETE."""
    yield from _inside(node, scope)
    yield Delete(
        object=scope.relation(node.relation),
        where=read_expression(node.where_clause, scope) if node.HasField("where_clause") else None,
        **_rest(node, scope),
        **scope.common(),
    )


def merge(node: Node, scope: Scope) -> Iterator[Action]:
    """Read MERGE."""
    yield Merge(object=scope.relation(node.relation), **_rest(node, scope), **scope.common())


def truncate(node: Node, scope: Scope) -> Iterator[Action]:
    """Read TRUNCATE, one action a table."""
    for relation in map(content, node.relations):
        common = scope.common(location=relation.location)
        yield Truncate(object=scope.relation(relation), cascade=node.behavior == CASCADE, **common)


def copy(node: Node, scope: Scope) -> Iterator[Action]:
    """Read COPY."""
    if node.is_from:
        from_client = not node.filename and not node.is_program
        yield Copy(object=scope.relation(node.relation), from_client=from_client, **scope.common())
    else:
        yield from query(node, scope)


def query(node: Node, scope: Scope) -> Iterator[Action]:
    """Read SELECT, VALUES, CALL: what it calls and reads; writes in its WITH, SELECT INTO, set_config()."""
    if kind_of(node) == "SelectStmt":
        yield from _inside(node, scope)
        if node.HasField("into_clause"):
            table = scope.relation(node.into_clause.rel)
            if table.is_temporary:
                scope.path.temporary.add(table.name)
            yield CreateTable(object=table, filled=True, **scope.common(location=node.into_clause.rel.location))
    found = parts(node, scope)
    if "set_config" in found.functions:
        yield from _settings(node, scope)
    yield Query(
        functions=found.functions, reads=found.relations, values=found.values, text=scope.text, **scope.common()
    )


def _settings(node: Node, scope: Scope) -> Iterator[Action]:
    """Find set_config(name, value, is_local) with constants."""
    for call in nodes(node):
        if kind_of(call) == "FuncCall" and words(call.funcname)[-1] == "set_config" and len(call.args) == 3:
            name, value, local = (_constant(argument) for argument in call.args)
            if name == "search_path":
                scope.path.set(value)
            if name is not None:
                yield Set(name=name, value=value or "", local=local == "true", **scope.common())


def _constant(node: Node) -> str | None:
    inner = content(node)
    while kind_of(inner) == "TypeCast":
        inner = content(inner.arg)
    return constant(inner) if kind_of(inner) == "A_Const" else None


def _inside(node: Node, scope: Scope) -> Iterator[Action]:
    """Read the statements in a WITH that write."""
    if node.HasField("with_clause"):
        for expression in map(content, node.with_clause.ctes):
            inner = content(expression.ctequery)
            if kind_of(inner) in WRITES:
                yield from READERS[WRITES[kind_of(inner)]](inner, scope)


def explain(node: Node, scope: Scope) -> Iterator[Action]:
    """Read EXPLAIN; with ANALYZE the statement runs."""
    inner = content(node.query)
    reader = READERS.get(node.query.WhichOneof("node"))
    if reader and any(content(option).defname == "analyze" for option in node.options):
        yield from reader(inner, scope)


READERS: dict[str, Reader] = {
    "insert_stmt": insert,
    "update_stmt": update,
    "delete_stmt": delete,
    "merge_stmt": merge,
    "truncate_stmt": truncate,
    "copy_stmt": copy,
    "select_stmt": query,
    "call_stmt": query,
    "explain_stmt": explain,
}
