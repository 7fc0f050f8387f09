"""A column is named twice: in one CREATE TABLE or CREATE VIEW, or added to a table that has it already.

PostgreSQL refuses the statement with 42701 (duplicate_column), and the migration fails; where the table is made only
if it is not there, it fails on a new database alone.

Take one of the two out. Where the column may be there, ADD COLUMN IF NOT EXISTS passes it over, if it is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from surefoot_lint.actions.creating import AddColumn, CreateTable, CreateView
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text, name text); -- ← AN103
"""
BAD_ERROR = "42701"
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text;
"""


@rule("AN103", "duplicate-column", Level.ERROR)
def duplicate_column(moment: Moment[CreateTable | CreateView | AddColumn]) -> Iterator[Found]:
    """Find columns that are named twice, and those that are there already."""
    action = moment.action
    if isinstance(action, AddColumn):
        yield from _added(moment, action)
        return
    names = [column.name for column in action.columns] if isinstance(action, CreateTable) else action.columns or ()
    places = {column.name: column.offset for column in action.columns} if isinstance(action, CreateTable) else {}
    for name, count in Counter(names).items():
        if count > 1:
            message = f"{action.object.shown} gets {count} columns of the name {name}"
            place = moment.at(places.get(name, action.offset))
            yield moment.found(message, "take one out, or give it another name", place=place)


def _added(moment: Moment[CreateTable | CreateView | AddColumn], action: AddColumn) -> Iterator[Found]:
    if action.guard or not moment.catalog.is_closed:
        return
    made = moment.catalog.type(action.object) if moment.relation(action.object) is None else None
    in_type = made is not None and any(column.name == action.column.name for column in made.columns)
    if in_type or moment.catalog.column(action.object):
        message = f"{action.object.owner.shown} has a column {action.column.name} already"
        advice = "take it out, or ADD COLUMN IF NOT EXISTS"
        yield moment.found(message, advice, evidence="history")
