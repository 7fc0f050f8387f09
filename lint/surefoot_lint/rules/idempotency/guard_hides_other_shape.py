"""IF NOT EXISTS on something that exists already and looks otherwise: a table without some of the columns, a column of
another type, an index on other columns.

The statement does nothing, and says so in a notice that nobody reads. What stands below it, and the code that is to
use it, expects what the file says.

Change what is there: ALTER TABLE … ADD COLUMN IF NOT EXISTS, ALTER COLUMN … TYPE, a new index under a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.columns import Column
from surefoot_lint.actions.creating import AddColumn, CreateIndex, CreateTable
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Type
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, title text);"
BAD = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text); -- ← ID201"
GOOD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text;"


@rule("ID201", "guard-hides-other-shape", Level.WARNING)
def guard_hides_other_shape(moment: Moment[CreateTable | AddColumn | CreateIndex]) -> Iterator[Found]:
    """Find IF NOT EXISTS where history knows another shape."""
    action = moment.action
    if moment.is_rollback or not action.guard.exists or action.object.is_temporary:
        return
    difference = _difference(moment, action)
    if difference:
        message = f"{action.object} exists already, {difference}: IF NOT EXISTS leaves it so"
        yield moment.found(message, "change what is there with ALTER, or choose another name", evidence="history")


def _difference(moment: Moment[CreateTable | AddColumn | CreateIndex], action: object) -> str | None:
    """Say how the object that is there differs from the one that is written."""
    if isinstance(action, CreateTable):
        return _of_table(moment, action)
    if isinstance(action, AddColumn):
        there = moment.catalog.column(action.object)
        return _of_column(there, action.column) if there else None
    index = moment.catalog.index(action.object) if isinstance(action, CreateIndex) else None
    if isinstance(action, CreateIndex) and index and _shape(index) != _shape(action):
        return f"on {index.table.shown} ({', '.join(key.column or '…' for key in index.keys)})"
    return None


def _of_table(moment: Moment[CreateTable | AddColumn | CreateIndex], action: CreateTable) -> str | None:
    relation = moment.relation(action.object)
    if relation is None or not relation.is_whole or not relation.columns:
        return None
    missing = [column.name for column in action.columns if column.name not in relation.columns]
    if missing:
        return f"without {', '.join(missing)}"
    differences = (_of_column(relation.columns[column.name], column) for column in action.columns)
    return next(filter(None, differences), None)


def _of_column(there: Column, written: Column) -> str | None:
    same = _plain(there.type) == _plain(written.type) or "unknown" in (there.type.name, written.type.name)
    return None if same else f"with {there.name} of type {there.type.shown}"


def _plain(of: Type) -> tuple[str, tuple[str, ...], int]:
    return of.name, of.modifiers, of.dimensions


def _shape(index: CreateIndex) -> tuple[object, ...]:
    keys = tuple((key.column, key.expression and key.expression.text) for key in index.keys)
    return index.table[1:3], keys, index.unique, index.method, index.where and index.where.text
