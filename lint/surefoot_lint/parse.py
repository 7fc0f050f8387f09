"""Text of a statement → syntax tree, by PostgreSQL's own grammar; the only file that imports the parser.

The trees are the parser's protocol buffers. They do not leave `surefoot_lint.read`, which turns them into actions.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import import_module
from typing import Any

PROMISE = re.compile(r"(?<=[\[,])\{\}\}(?=[,\]])")  # how libpg_query writes a variable such as TG_OP
SAFE_BYTES, DEEPEST = 8_000, 2_000  # of a tree; the parser's writer fails somewhere beyond 6,000 levels
TOO_DEEP = "it is nested too deep to be read"
Node = Any  # a message of pg_query.proto; its names are those of PostgreSQL's parsenodes.h


class RefusedError(Exception):
    """PostgreSQL's grammar refuses a text; `position` counts characters from 1, None where it names none."""

    def __init__(self, reason: str, position: int | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


@cache
def _parser() -> Any:
    """Import the parser, and let it hand over trees of any depth."""
    messages = import_module("google._upb._message")
    messages.SetAllowOversizeProtos(True)
    return import_module("postgast")


def _call(verb: str, text: Any) -> Any:
    parser = _parser()
    try:
        return getattr(parser, verb)(text)
    except parser.PgQueryError as error:
        raise RefusedError(str(error.message), error.cursorpos or None) from error


def parse(text: str) -> list[Node]:
    """Parse statements; each is the message inside its Node. Raises RefusedError."""
    return [content(raw.stmt) for raw in _call("parse", text).stmts]


def parse_body(text: str) -> dict[str, Any]:
    """Parse the PL/pgSQL of a DO block or of a CREATE FUNCTION, given whole. Raises RefusedError."""
    try:
        functions = json.loads(PROMISE.sub("{}", _plpgsql(text)))
    except RecursionError:
        raise RefusedError(TOO_DEEP, None) from None
    found: dict[str, Any] = functions[0]["PLpgSQL_function"] if functions else {}
    return found


def _plpgsql(text: str) -> str:
    """Let the parser write its tree: of a trigger's body it writes JSON with braces too many, where postgast fails."""
    library = import_module("postgast.native").lib
    answer = library.pg_query_parse_plpgsql(text.encode())
    try:
        if answer.error:
            error = answer.error.contents
            raise RefusedError(error.message.decode(), error.cursorpos or None)
        written: str = answer.plpgsql_funcs.decode()
        return written
    finally:
        library.pg_query_free_plpgsql_parse_result(answer)


def content(node: Node) -> Node:
    """Take what a Node holds; nothing of an empty one."""
    kind = node.WhichOneof("node")
    return getattr(node, kind) if kind else None


def kind_of(node: Node) -> str:
    """Name the kind of a message, such as `CreateStmt`."""
    name: str = node.DESCRIPTOR.name
    return name


def written(node: Node) -> str:
    """Write an expression or a query as PostgreSQL's grammar would, so that two writings of one thing are equal.

    What is nested so deep that the parser's own writer would exhaust the stack is written as an ellipsis.
    """
    if node.ByteSize() > SAFE_BYTES and _is_deep(node):
        return "…"
    messages = import_module("postgast.pg_query_pb2")
    tree = messages.ParseResult(version=180004)
    statement = tree.stmts.add().stmt
    if kind_of(node) == "SelectStmt":
        statement.select_stmt.CopyFrom(node)
        return str(_call("deparse", tree))
    target = statement.select_stmt.target_list.add().res_target
    if kind_of(node) == "Node":
        target.val.CopyFrom(node)
    else:
        getattr(target.val, _field(kind_of(node))).CopyFrom(node)
    statement.select_stmt.limit_option = messages.LIMIT_OPTION_DEFAULT
    statement.select_stmt.op = messages.SETOP_NONE
    return str(_call("deparse", tree)).removeprefix("SELECT ")


def _is_deep(node: Node) -> bool:
    waiting = [(node, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            return True
        for field, value in one.ListFields():
            if field.message_type is not None:
                waiting += [(inner, depth + 1) for inner in (value if field.is_repeated else (value,))]
    return False


@cache
def _field(kind: str) -> str:
    """Find the field of Node that holds a kind of message."""
    fields = import_module("postgast.pg_query_pb2").Node.DESCRIPTOR.fields
    return next(str(field.name) for field in fields if field.message_type.name == kind)
