"""What each statement of a file does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from surefoot_lint.actions.action import Action
from surefoot_lint.parse import RefusedError
from surefoot_lint.pieces import Statement


class Facts(NamedTuple):
    """A statement and what it does; `refusal` is PostgreSQL's reason and the position in characters from 1, if any."""

    statement: Statement
    actions: tuple[Action, ...]
    refusal: tuple[str, int | None] | None = None


def read_facts(statements: Iterable[Statement]) -> Iterator[Facts]:
    """Read the statements of one file, in order: SET search_path and temporary tables change what names mean."""
    from surefoot_lint.read.scope import Path
    from surefoot_lint.read.statement import read_statement

    path = Path()
    for statement in statements:
        try:
            yield Facts(statement, read_statement(statement.text, path))
        except RefusedError as error:
            yield Facts(statement, (), (error.reason, error.position))
