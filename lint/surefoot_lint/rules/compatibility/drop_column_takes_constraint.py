"""A column is dropped, and with it goes a constraint or an index that is about other columns too.

PostgreSQL drops each constraint, index and statistics object that uses the column, without CASCADE and without a
NOTICE. Pairs that were unique are so no longer, a CHECK between two columns is gone, and queries by the columns that
stay have lost their index. Nobody sees it until wrong rows are there.

Drop the constraint or the index by name before, and make in the same migration what should hold of the columns that
stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.creating import AddConstraint, CreateIndex
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.history import index_columns
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS stay (
    id bigint PRIMARY KEY, cat bigint, room integer, CONSTRAINT stay_cat_room UNIQUE (cat, room)
);
"""
BAD = "ALTER TABLE stay DROP COLUMN IF EXISTS room; -- ← BC204"
GOOD = """\
ALTER TABLE stay DROP CONSTRAINT IF EXISTS stay_cat_room;
-- surefoot: allow drop-column: rooms have not been used for a year
ALTER TABLE stay DROP COLUMN IF EXISTS room;
"""


class Taken(NamedTuple):
    """What goes with a column, and the columns that it is about besides."""

    object: Object
    what: str
    others: frozenset[str]


@rule("BC204", "drop-column-takes-constraint", Level.ERROR)
def drop_column_takes_constraint(moment: Moment[Drop]) -> Iterator[Found]:
    """Find constraints and indexes over several columns that go with one of them."""
    column = moment.action.object
    if moment.is_rollback or column.kind != "column" or moment.is_new(column.owner):
        return
    for taken in _taken(moment, column):
        if taken.others and not _is_made_anew(moment, taken):
            message = f"{taken.what} goes with {column.shown}, though it is about {', '.join(sorted(taken.others))} too"
            advice = "drop it by name before, and make what should hold of the other columns"
            yield moment.found(message, advice, object=taken.object, evidence="history")


def _taken(moment: Moment[Drop], column: Object) -> Iterator[Taken]:
    relation = moment.relation(column)
    for name, constraint in relation.constraints.items() if relation else ():
        if column.part in constraint.columns:
            of = Object("constraint", column.schema, column.name, name)
            yield Taken(of, f"{constraint.kind} {name}", frozenset(constraint.columns) - {str(column.part)})
    for index in moment.catalog.indexes_on(column.owner):
        used = index_columns(index)
        if column.part in used:
            yield Taken(index.object, str(index.object), frozenset(used) - {str(column.part)})


def _is_made_anew(moment: Moment[Drop], taken: Taken) -> bool:
    """Tell whether the same file makes one of its name, or over the columns that stay."""
    if moment.is_made_again(taken.object):
        return True
    table = moment.action.object.owner[1:3]
    of_columns = (set(one.constraint.columns) for one in moment.others(AddConstraint) if one.object[1:3] == table)
    of_index = (index_columns(one) for one in moment.others(CreateIndex) if one.table[1:3] == table)
    return any(taken.others <= columns for columns in (*of_columns, *of_index))
