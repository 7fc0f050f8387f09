"""One statement → its actions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.session import Other
from surefoot_lint.parse import Node, kind_of, parse
from surefoot_lint.read import alter, data, drops, functions, indexes, security, session, tables, types
from surefoot_lint.read.scope import Path, Reader, Scope
from surefoot_lint.read.versions import newer

MODULES = (tables, indexes, alter, types, functions, drops, security, data, session)


@cache
def _readers() -> dict[str, Reader]:
    """Find the reader of a tree by the name of its message."""
    named = {field: reader for module in MODULES for field, reader in module.READERS.items()}
    return {field.replace("_", ""): reader for field, reader in named.items()}


def read_tree(tree: Node, scope: Scope) -> Iterator[Action]:
    """Read a parsed statement."""
    yield from newer(tree, scope)
    reader = _readers().get(kind_of(tree).lower())
    if reader is None:
        yield Other(words=" ".join(scope.text.split(None, 2)[:2]).lower().rstrip(";"), **scope.common())
    else:
        yield from reader(tree, scope)


def read_statement(text: str, path: Path) -> tuple[Action, ...]:
    """Read the text of a statement; `path` is changed by it. Raises RefusedError where the grammar refuses it."""
    scope = Scope(text, path)
    return tuple(action for tree in parse(text) for action in read_tree(tree, scope))
