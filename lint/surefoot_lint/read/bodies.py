"""The bodies of DO blocks and functions: PL/pgSQL and SQL, read statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from surefoot_lint.actions.action import Action, Guard
from surefoot_lint.actions.unread import Unread
from surefoot_lint.actions.writing import Query
from surefoot_lint.parse import TOO_DEEP, Node, RefusedError, content, kind_of, parse, parse_body
from surefoot_lint.read.expressions import constant, function_name, nodes, parts
from surefoot_lint.read.scope import Scope
from surefoot_lint.read.versions import newer

Tree = dict[str, Any]
BODIES = ("body", "then_body", "else_body", "else_stmts", "stmts", "action")  # keys whose statements run
LISTS = ("elsif_list", "case_when_list", "exc_list")
RAISE_ERROR = 21  # elog.h: ERROR
PLACEHOLDER = re.compile(r"%(?:(\d+)\$)?([sIL%])")
ANY_TEST = ""
ASKS_ABSENCE = re.compile(r"\bnot\b|\bis\s+null\b|=\s*0\b", re.IGNORECASE)


def read_plpgsql(statement: str, body: str, scope: Scope) -> Iterator[Action]:
    """Read what a PL/pgSQL body does; `statement` is the DO or CREATE FUNCTION around it. Raises RefusedError."""
    start = statement.find(body)
    room = _Room(body, scope.base + max(start, 0), start >= 0)
    tree = parse_body(statement)
    try:
        yield from _first(tree, replace(scope, guard=Guard()), room)
    except RecursionError:
        raise RefusedError(TOO_DEEP, None) from None


def _first(tree: Tree, scope: Scope, room: _Room) -> Iterator[Action]:
    for name, inner in tree.get("action", {}).items():
        yield from _statement(name, inner, scope, room)


def read_sql_body(body: str, scope: Scope) -> Iterator[Action]:
    """Read what the body of an SQL function does. Raises RefusedError."""
    start = max(scope.text.find(body), 0)
    inner = replace(scope, text=body, base=scope.base + start)
    return read_trees(_nodes(body), inner)


def _nodes(text: str) -> list[Node]:
    return parse(text)


def read_trees(trees: Iterable[Node], scope: Scope) -> Iterator[Action]:
    """Read statements that are parsed already, as Nodes or as the messages in them."""
    from surefoot_lint.read.statement import read_tree

    for tree in trees:
        inner = content(tree) if kind_of(tree) == "Node" else tree
        if kind_of(inner) == "ReturnStmt":
            found = parts(inner, scope)
            yield from newer(inner, scope)
            yield Query(functions=found.functions, reads=found.relations, values=found.values, **scope.common())
        else:
            yield from read_tree(inner, scope)


class _Room:
    """Where the text of a body stands; statements are looked for in their order."""

    def __init__(self, body: str, base: int, known: bool) -> None:
        self.body, self.base, self.known, self.reached = body, base, known, 0

    def offset(self, text: str, line: int) -> int:
        """Find the text of a statement, from the start of its line on; else the line itself."""
        if not self.known:
            return self.base
        start = self._line(line)
        found = self.body.find(text, max(start, self.reached))
        if found < 0:
            found = self.body.find(text, start)
        if found < 0:
            return self.base + start
        self.reached = found
        return self.base + found

    def _line(self, line: int) -> int:
        start = 0
        for _ in range(line - 1):
            start = self.body.find("\n", start) + 1
            if start == 0:
                return 0
        return start


def _statement(name: str, tree: Tree, scope: Scope, room: _Room) -> Iterator[Action]:
    if name == "PLpgSQL_stmt_block":
        yield from _block(tree, scope, room)
    elif name in ("PLpgSQL_stmt_if", "PLpgSQL_if_elsif"):
        yield from _if(tree, scope, room)
    elif name in ("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors"):
        yield from _dynamic(tree["query"]["PLpgSQL_expr"]["query"], tree.get("lineno", 1), scope, room)
        yield from _inner(tree, scope, room)
    else:
        for key in ("sqlstmt", "expr", "query"):
            if key in tree and name not in ("PLpgSQL_stmt_return", "PLpgSQL_stmt_raise", "PLpgSQL_case_when"):
                yield from _sql(tree[key]["PLpgSQL_expr"], tree.get("lineno", 1), name, scope, room)
        yield from _inner(tree, scope, room)


def _inner(tree: Tree, scope: Scope, room: _Room) -> Iterator[Action]:
    """Read all statements within one."""
    for key in (*BODIES, *LISTS):
        after = scope
        for item in tree.get(key, ()) if isinstance(tree.get(key), list) else ():
            for name, inner in item.items():
                yield from _statement(name, inner, after, room)
                after = _after(name, inner, after)


def _after(name: str, tree: Tree, scope: Scope) -> Scope:
    """Guard what follows IF … THEN RETURN: it runs where the condition does not hold."""
    body = tree.get("then_body", ())
    leaves = name == "PLpgSQL_stmt_if" and bool(body) and "PLpgSQL_stmt_return" in body[-1]
    return _tested(tree, scope, holds=False) if leaves else scope


def _block(tree: Tree, scope: Scope, room: _Room) -> Iterator[Action]:
    handlers = tree.get("exceptions", {}).get("PLpgSQL_exception_block", {}).get("exc_list", [])
    exceptions = [handler["PLpgSQL_exception"] for handler in handlers]
    caught = tuple(name for exception in exceptions if not _raises(exception) for name in _conditions(exception))
    guarded = replace(scope, guard=scope.guard._replace(catches=scope.guard.catches + caught))
    yield from _inner({"body": tree.get("body", [])}, guarded, room)
    for exception in exceptions:
        yield from _inner(exception, scope, room)


def _raises(exception: Tree) -> bool:
    """Tell whether a handler passes the error on."""
    raised = [item.get("PLpgSQL_stmt_raise") for item in exception.get("action", ())]
    return any(one is not None and one.get("elog_level") == RAISE_ERROR for one in raised)


def _conditions(exception: Tree) -> list[str]:
    return [str(condition["PLpgSQL_condition"].get("condname", "")) for condition in exception.get("conditions", ())]


def _if(tree: Tree, scope: Scope, room: _Room) -> Iterator[Action]:
    guarded = _tested(tree, scope, holds=True)
    key = "then_body" if "then_body" in tree else "stmts"
    yield from _inner({key: tree.get(key, [])}, guarded, room)
    rest = {"elsif_list": tree.get("elsif_list", []), "else_body": tree.get("else_body", [])}
    yield from _inner(rest, _tested(tree, scope, holds=False), room)


def _tested(tree: Tree, scope: Scope, *, holds: bool) -> Scope:
    """Guard what runs where the condition of an IF holds, or does not hold."""
    condition = tree["cond"]["PLpgSQL_expr"]["query"]
    tests = _strings(condition) or (ANY_TEST,)
    absent = tests if bool(ASKS_ABSENCE.search(condition)) == holds else ()
    guard = scope.guard._replace(tests=scope.guard.tests + tests, absent=scope.guard.absent + absent)
    return replace(scope, guard=guard)


def _strings(expression: str) -> tuple[str, ...]:
    """List the strings in an expression: the names that a condition tests."""
    try:
        (tree,) = parse(f"SELECT {expression}")
    except (RefusedError, ValueError):
        return ()
    constants = (node for node in nodes(tree) if kind_of(node) == "A_Const")
    return tuple(str(node.sval.sval) for node in constants if node.WhichOneof("val") == "sval")


def _sql(expression: Tree, line: int, name: str, scope: Scope, room: _Room) -> Iterator[Action]:
    """Read the SQL of a statement of PL/pgSQL."""
    text = expression["query"]
    if expression.get("parseMode", 0) > 1:  # an expression, or an assignment
        yield from _called(text, line, scope, room)
        return
    try:
        trees = parse(text)
    except RefusedError as error:
        yield Unread(reason="body", text=error.reason, **scope.common() | {"offset": room.offset(text, line)})
        return
    sought = text.split(None, 1)[-1] if name == "PLpgSQL_stmt_perform" else text
    base = room.offset(sought, line)
    if name == "PLpgSQL_stmt_perform":
        base -= len(text) - len(sought)
    yield from read_trees(trees, replace(scope, text=text, base=base))


def _called(text: str, line: int, scope: Scope, room: _Room) -> Iterator[Action]:
    """Say what the expression of an assignment calls and reads."""
    value = text.partition(":=")[2] or text
    try:
        (tree,) = parse(f"SELECT {value}")
    except (RefusedError, ValueError):
        return
    found = parts(tree, scope)
    if found.functions:
        common = scope.common() | {"offset": room.offset(text, line)}
        yield Query(functions=found.functions, reads=found.relations, values=found.values, **common)


def _dynamic(expression: str, line: int, scope: Scope, room: _Room) -> Iterator[Action]:
    """Read the SQL of EXECUTE where constants make it; else say that it cannot be read."""
    offset = room.offset(expression, line)
    text = constant_text(expression)
    common = scope.common() | {"offset": offset}
    if text is None:
        yield Unread(reason="dynamic", text=expression, **common)
        return
    try:
        trees = parse(text)
    except RefusedError as error:
        yield Unread(reason="body", text=error.reason, **common)
        return
    for action in read_trees(trees, replace(scope, text=text)):
        yield replace(action, offset=offset)


def constant_text(expression: str) -> str | None:
    """Work out an expression of constants, `||` and format(); None where it is more than that."""
    try:
        (tree,) = parse(f"SELECT {expression}")
    except (RefusedError, ValueError):
        return None
    try:
        return _constant(tree.target_list[0].res_target.val)
    except RecursionError:
        return None


def _constant(node: Node) -> str | None:
    inner = content(node)
    kind = kind_of(inner)
    if kind == "A_Const":
        return constant(inner)
    if kind == "TypeCast":
        return _constant(inner.arg)
    if kind == "A_Expr" and [name.string.sval for name in inner.name] == ["||"]:
        left, right = _constant(inner.lexpr), _constant(inner.rexpr)
        return None if left is None or right is None else left + right
    if kind == "FuncCall" and function_name(inner) == "format":
        values = [_constant(argument) for argument in inner.args]
        return None if None in values else _formatted([str(value) for value in values])
    return None


def _formatted(values: list[str]) -> str | None:
    """Do what format() does, for %s, %I, %L and %%."""
    template, *rest = values
    position = 0

    def value(match: re.Match[str]) -> str:
        nonlocal position
        if match[2] == "%":
            return "%"
        index = int(match[1]) - 1 if match[1] else position
        position = index + 1
        text = rest[index]
        if match[2] == "I":
            return text if re.fullmatch(r"[a-z_][a-z0-9_]*", text) else '"' + text.replace('"', '""') + '"'
        return "'" + text.replace("'", "''") + "'" if match[2] == "L" else text

    try:
        return PLACEHOLDER.sub(value, template)
    except IndexError:
        return None
