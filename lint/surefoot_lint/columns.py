"""The columns that an action makes or retypes, for the rules that judge columns one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from surefoot_lint.actions.changing import ChangeType
from surefoot_lint.actions.creating import AddColumn, CreateTable
from surefoot_lint.context import Moment
from surefoot_lint.objects import Object, Type

Making = CreateTable | AddColumn | ChangeType


class Made(NamedTuple):
    """A column, its type from now on, and where it is written, in characters from the statement's start."""

    object: Object
    type: Type
    offset: int


def columns_made(moment: Moment[Making]) -> Iterator[Made]:
    """List the columns that a migration makes or retypes; none of temporary tables, and none in a rollback."""
    action = moment.action
    if moment.is_rollback or action.object.is_temporary:
        return
    if isinstance(action, CreateTable):
        for column in action.columns:
            yield Made(action.object._replace(kind="column", part=column.name), column.type, column.offset)
    elif isinstance(action, AddColumn):
        yield Made(action.object, action.column.type, action.column.offset)
    else:
        yield Made(action.object, action.type, action.offset)
