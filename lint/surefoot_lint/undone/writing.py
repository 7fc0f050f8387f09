"""What was written, called and run: nothing gives back the rows, so it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from surefoot_lint.actions.creating import AddColumn, CreateFunction
from surefoot_lint.actions.session import Other
from surefoot_lint.actions.unread import Unread
from surefoot_lint.actions.writing import Query, Update, Write
from surefoot_lint.context import called_name
from surefoot_lint.objects import Object
from surefoot_lint.regrant import Step, Unknown
from surefoot_lint.undone.known import Known

HARMLESS = frozenset({"count", "current_setting", "exists", "format", "now", "set_config", "to_regclass", "to_regtype"})
OF_TRANSACTIONS = frozenset({"begin", "commit", "end", "release", "rollback", "savepoint", "start"})


def _had_column(known: Known, of: Object, name: str) -> bool:
    added = (one.action for one in known.trip.forward if isinstance(one.action, AddColumn))
    return not any((one.object[1:3], one.object.part) == (of[1:3], name) for one in added)


def _write(known: Known, action: Write) -> Iterator[Step]:
    """Say which rows are changed; those of a table or a column that is new go with it."""
    of = action.object
    columns = action.columns if isinstance(action, Update) else ()
    fresh = bool(columns) and all(not _had_column(known, of, name) for name in columns)
    if not (known.news.has(of) or fresh):
        yield Unknown(f"rows of {of.shown} are changed: {type(action).__name__.upper()}")


def _query(known: Known, action: Query) -> Iterator[Step]:
    """Say which functions are called that may do something; of those made here the body tells."""
    made = {called_name(one.action.object) for one in known.trip.forward if isinstance(one.action, CreateFunction)}
    called = [name for name in action.functions if name not in made | HARMLESS]
    if called:
        yield Unknown(f"{', '.join(called)} is called")


def _other(known: Known, action: Other) -> Iterator[Step]:
    """Name what is not known."""
    if action.words.split()[:1] and action.words.split()[0] not in OF_TRANSACTIONS:
        yield Unknown(f"{action.words.upper()} is run")


def _unread(known: Known, action: Unread) -> Iterator[Step]:
    """Say that something is done that cannot be read."""
    yield Unknown(f"what cannot be read is run: {action.reason}")


WRITTEN: dict[type, Callable[[Known, Any], Iterator[Step]]] = {
    Write: _write,
    Query: _query,
    Other: _other,
    Unread: _unread,
}
