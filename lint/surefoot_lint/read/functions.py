"""CREATE FUNCTION, CREATE PROCEDURE, CREATE TRIGGER, and DO."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal, cast

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Change
from surefoot_lint.actions.creating import CreateFunction, CreateTrigger
from surefoot_lint.actions.unread import Unread
from surefoot_lint.objects import Kind
from surefoot_lint.parse import Node, RefusedError, content, kind_of, written
from surefoot_lint.read.bodies import read_plpgsql, read_sql_body, read_trees
from surefoot_lint.read.expressions import read_expression
from surefoot_lint.read.kinds import kind_of_object
from surefoot_lint.read.names import read_type, routine, signature, words
from surefoot_lint.read.scope import Reader, Scope

INPUT_MODES = {"FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC", "FUNC_PARAM_DEFAULT"}
SETTING = (1, 3)  # VariableSetKind: a value, or the current one
BEFORE, INSTEAD = 2, 64  # pg_trigger.h: TRIGGER_TYPE_…
ATOMIC = re.compile(r"\b(?:begin\s+atomic|return)\b", re.IGNORECASE)
EVENTS = {4: "insert", 8: "delete", 16: "update", 32: "truncate"}


def create_function(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE FUNCTION and CREATE PROCEDURE, with what its body does."""
    parameters = [content(parameter) for parameter in node.parameters]
    inputs = [parameter for parameter in parameters if _mode(parameter) in INPUT_MODES]
    options = [(str(content(option).defname), content(content(option).arg)) for option in node.options]
    named = dict(options)
    kind: Kind = "procedure" if node.is_procedure else "function"
    types = signature(parameter.arg_type for parameter in inputs)
    language = str(named["language"].sval).lower() if "language" in named else "sql"
    body = words(named["as"].items) if "as" in named else []
    text = body[0] if len(body) == 1 else ""
    actions, unread = _body(node, language, text, scope)
    yield CreateFunction(
        object=scope.named(kind, words(node.funcname), types),
        language=language,
        body=text or _atomic_text(node, scope.text),
        returns=read_type(node.return_type) if node.HasField("return_type") else None,
        arguments=tuple(str(parameter.name) for parameter in inputs),
        defaults=sum(parameter.HasField("defexpr") for parameter in inputs),
        volatility=cast("Any", str(named["volatility"].sval) if "volatility" in named else "volatile"),
        security_definer="security" in named and bool(named["security"].boolval),
        settings=tuple(_setting(value) for name, value in options if name == "set"),
        actions=actions,
        unread=unread,
        signature="; ".join((*map(_parameter, parameters), *_other_options(options))),
        **scope.common(replace=node.replace),
    )


def _mode(parameter: Node) -> str:
    return str(parameter.DESCRIPTOR.fields_by_name["mode"].enum_type.values_by_number[parameter.mode].name)


def _parameter(parameter: Node) -> str:
    mode = _mode(parameter).removeprefix("FUNC_PARAM_").replace("DEFAULT", "IN").lower()
    default = f"= {written(parameter.defexpr)}" if parameter.HasField("defexpr") else ""
    return " ".join(filter(None, (mode, parameter.name, read_type(parameter.arg_type).shown, default)))


def _other_options(options: list[tuple[str, Node]]) -> list[str]:
    kept = (name for name, _value in options if name not in ("as", "language", "volatility", "security", "set"))
    return sorted(kept)


def _setting(node: Node) -> tuple[str, str]:
    values = (content(argument) for argument in node.args)
    return str(node.name), ", ".join(str(value.sval.sval) for value in values if kind_of(value) == "A_Const")


def _atomic_text(node: Node, text: str) -> str:
    """Take the text of BEGIN ATOMIC … END or RETURN …, white space made one."""
    start = ATOMIC.search(text) if node.HasField("sql_body") else None
    return " ".join(text[start.start() :].split()) if start else ""


def _body(node: Node, language: str, text: str, scope: Scope) -> tuple[tuple[Action, ...], str | None]:
    """Read what a body does when it is called; say why it cannot be read."""
    inner = replace(scope, path=replace(scope.path, temporary=set(scope.path.temporary)), in_block=True)
    try:
        if node.HasField("sql_body"):
            return tuple(read_trees(_atomic(node.sql_body), inner)), None
        if language == "sql":
            return tuple(read_sql_body(text, inner)), None
        if language == "plpgsql":
            return tuple(read_plpgsql(scope.text, text, inner)), None
    except RefusedError as error:
        return (), error.reason
    return (), None


def _atomic(body: Node) -> list[Node]:
    """List the statements of BEGIN ATOMIC … END, or the one of RETURN."""
    inner = content(body)
    if kind_of(inner) != "List":
        return [body]
    return [item for part in inner.items for item in (content(part).items if part.HasField("list") else [part])]


def do(node: Node, scope: Scope) -> Iterator[Action]:
    """Read DO: what its block does, now."""
    arguments = {content(argument).defname: content(content(argument).arg) for argument in node.args}
    language = str(arguments["language"].sval).lower() if "language" in arguments else "plpgsql"
    text = str(arguments["as"].sval) if "as" in arguments else ""
    inner = replace(scope, in_block=True)
    if language != "plpgsql":
        yield Unread(reason="language", text=f"a DO block in {language}", **scope.common())
        return
    try:
        yield from tuple(read_plpgsql(scope.text, text, inner))
    except RefusedError as error:
        yield Unread(reason="body", text=error.reason, **scope.common())


def create_trigger(node: Node, scope: Scope) -> Iterator[Action]:
    """Read CREATE TRIGGER."""
    timing: Literal["before", "after", "instead of"] = "after"
    if node.timing & BEFORE:
        timing = "before"
    elif node.timing & INSTEAD:
        timing = "instead of"
    function = scope.named("function", words(node.funcname), "")
    columns = ", ".join(words(node.columns))
    when = written(node.when_clause) if node.HasField("when_clause") else ""
    arguments = ", ".join(words(node.args))
    parts = (timing, _events(node), columns, "row" if node.row else "statement", when, function.shown, arguments)
    yield CreateTrigger(
        object=scope.part(node.relation, "trigger", node.trigname),
        function=function,
        timing=timing,
        events=tuple(_events(node).split(" or ")),
        columns=(*words(node.columns), *_read_by_when(node, scope)),
        definition=" | ".join(parts),
        **scope.common(location=node.relation.location, replace=node.replace),
    )


def _read_by_when(node: Node, scope: Scope) -> tuple[str, ...]:
    return read_expression(node.when_clause, scope).columns if node.HasField("when_clause") else ()


def _events(node: Node) -> str:
    return " or ".join(word for bit, word in EVENTS.items() if node.events & bit)


def alter_function(node: Node, scope: Scope) -> Iterator[Action]:
    """Read ALTER FUNCTION: volatility, security, settings and the like."""
    target = routine(node.func, kind_of_object(node, "objtype", "function"), scope)
    for option in map(content, node.actions):
        value = content(option.arg)
        name = f"setting {value.name}" if option.defname == "set" else str(option.defname)
        text = getattr(value, "sval", None) or str(getattr(value, "boolval", "")).lower() or None
        if option.defname == "set" and value.kind in SETTING:
            text = _setting(value)[1]
        yield Change(object=target, aspect=name, value=text, **scope.common())


READERS: dict[str, Reader] = {
    "create_function_stmt": create_function,
    "do_stmt": do,
    "create_trig_stmt": create_trigger,
    "alter_function_stmt": alter_function,
}
