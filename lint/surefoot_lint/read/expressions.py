"""Expressions and queries → what they call, read and hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from surefoot_lint.objects import Expression, Object
from surefoot_lint.parse import Node, content, kind_of, written
from surefoot_lint.read.names import words
from surefoot_lint.read.scope import Scope

MANY_ROWS = 20  # of VALUES: beyond, rows are data, and are not looked through
# Grammar that calls a function without naming it (manual: functions-datetime, functions-info).
VALUE_FUNCTIONS = {
    "SVFOP_CURRENT_DATE": "current_date",
    "SVFOP_CURRENT_TIMESTAMP": "now",
    "SVFOP_CURRENT_TIMESTAMP_N": "now",
    "SVFOP_LOCALTIMESTAMP": "now",
    "SVFOP_LOCALTIMESTAMP_N": "now",
}


class Parts(NamedTuple):
    """What is found in a tree."""

    functions: tuple[str, ...]
    columns: tuple[str, ...]
    relations: tuple[Object, ...]
    values: tuple[str, ...]
    operators: tuple[str, ...]


def nodes(tree: Node, *, without: str = "") -> Iterator[Node]:
    """Give all messages in a tree, itself first, Nodes opened; long lists of VALUES are cut.

    Those of the kind `without` are left out, with all that is in them.
    """
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if kind_of(node) == "Node":
            inner = content(node)
            if inner is not None:
                waiting.append(inner)
            continue
        if kind_of(node) == without:
            continue
        yield node
        inside: list[Node] = []
        for field, value in node.ListFields():
            if field.message_type is None:
                continue
            if not field.is_repeated:
                inside.append(value)
            elif field.name == "values_lists":
                inside += list(value[:MANY_ROWS])
            else:
                inside += list(value)
        waiting += reversed(inside)


def function_name(node: Node) -> str:
    """Name the function of a FuncCall, without pg_catalog, with any other schema."""
    *schema, name = words(node.funcname)
    return name if not schema or schema[-1] in ("pg_catalog", "public") else f"{schema[-1]}.{name}"


def constant(node: Node) -> str | None:
    """Read an A_Const as text; NULL is `null`."""
    if node.isnull:
        return "null"
    kind = node.WhichOneof("val")
    if kind == "ival":
        return str(node.ival.ival)
    if kind == "boolval":
        return "true" if node.boolval.boolval else "false"
    return str(getattr(getattr(node, kind), kind)) if kind else None


class _Finder:
    """What has been found in a tree so far; each kind of message adds to it."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.functions: dict[str, None] = {}
        self.columns: dict[str, None] = {}
        self.relations: dict[Object, None] = {}
        self.values: list[str] = []
        self.operators: dict[str, None] = {}
        self.own: set[str] = set()

    def call(self, node: Node) -> None:
        self.functions[function_name(node)] = None

    def value_function(self, node: Node) -> None:
        operation = node.DESCRIPTOR.fields_by_name["op"].enum_type.values_by_number[node.op].name
        self.functions[VALUE_FUNCTIONS.get(operation, operation.removeprefix("SVFOP_").lower())] = None

    def column(self, node: Node) -> None:
        if names := words(node.fields):
            self.columns[names[-1]] = None

    def relation(self, node: Node) -> None:
        self.relations[self.scope.relation(node)] = None

    def expression_of_with(self, node: Node) -> None:
        self.own.add(node.ctename)

    def constant(self, node: Node) -> None:
        value = constant(node)
        if value is not None:
            self.values.append(value)

    def operator(self, node: Node) -> None:
        self.operators[" ".join(words(node.name))] = None


FINDERS = {
    "FuncCall": _Finder.call,
    "SQLValueFunction": _Finder.value_function,
    "ColumnRef": _Finder.column,
    "RangeVar": _Finder.relation,
    "CommonTableExpr": _Finder.expression_of_with,
    "A_Const": _Finder.constant,
    "A_Expr": _Finder.operator,
}


def parts(tree: Node, scope: Scope) -> Parts:
    """Look a tree through."""
    finder = _Finder(scope)
    for node in nodes(tree):
        if find := FINDERS.get(kind_of(node)):
            find(finder, node)
    relations = tuple(relation for relation in finder.relations if relation.name not in finder.own)
    return Parts(
        tuple(finder.functions), tuple(finder.columns), relations, tuple(finder.values), tuple(finder.operators)
    )


def read_expression(tree: Node, scope: Scope) -> Expression:
    """Read an expression, given as a Node or as the message in one."""
    inner = content(tree) if kind_of(tree) == "Node" else tree
    if kind_of(inner) == "CurrentOfExpr":  # stands in the WHERE of UPDATE and DELETE alone
        return Expression(f"CURRENT OF {inner.cursor_name}")
    found = parts(tree, scope)
    return Expression(
        written(tree), found.functions, found.columns, found.relations, _literal(tree), found.values, found.operators,
        _direct(tree),
    )  # fmt: skip


def _direct(tree: Node) -> tuple[str, ...]:
    calls = (node for node in nodes(tree, without="SubLink") if kind_of(node) == "FuncCall")
    return tuple(dict.fromkeys(map(function_name, calls)))


def _literal(tree: Node) -> str | None:
    """Read the value of a constant, through casts."""
    node = content(tree) if kind_of(tree) == "Node" else tree
    while kind_of(node) == "TypeCast":
        node = content(node.arg)
    if kind_of(node) == "A_Const":
        return constant(node)
    return None
