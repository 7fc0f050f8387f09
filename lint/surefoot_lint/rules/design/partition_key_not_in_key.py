"""A primary key or a unique index of a partitioned table does not hold all columns that it is partitioned by.

The server refuses it (SQLSTATE 0A000): each partition has an index of its own, and none of them can see what is in
the others, so uniqueness across all of them needs the columns that say where a row lies. With an expression as a
partition key there can be no such key at all.

Add the columns of the partition key to the key: `PRIMARY KEY (id, created_at)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddColumn, AddConstraint, CreateIndex, CreateTable
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.references import constraints_of
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS meal (
    id bigint PRIMARY KEY, -- ← SD107
    eaten_on date NOT NULL
) PARTITION BY RANGE (eaten_on);
"""
BAD_ERROR = "0A000"
GOOD = """\
CREATE TABLE IF NOT EXISTS meal (
    id bigint NOT NULL,
    eaten_on date NOT NULL,
    PRIMARY KEY (id, eaten_on)
) PARTITION BY RANGE (eaten_on);
"""


@rule("SD107", "partition-key-not-in-key", Level.ERROR)
def partition_key_not_in_key(moment: Moment[CreateTable | AddConstraint | AddColumn | CreateIndex]) -> Iterator[Found]:
    """Find keys that cannot be unique across all partitions."""
    action = moment.action
    table = action.table if isinstance(action, CreateIndex) else action.object.owner
    for name, columns, offset in _keys(action):
        missing = [column for column in _partitioned_by(moment) if column not in columns]
        if missing:
            what = " and ".join(filter(None, missing)) or "an expression"
            message = f"{name} of {table.shown} leaves out {what}, by which the table is partitioned"
            yield moment.found(message, f"add {what} to the key", object=table, place=moment.at(offset))


def _partitioned_by(moment: Moment[CreateTable | AddConstraint | AddColumn | CreateIndex]) -> tuple[str, ...]:
    """Name the columns of the partition key; an expression is empty."""
    action = moment.action
    if isinstance(action, CreateTable):
        return action.partitioned_by[1:]
    relation = moment.relation(action.table if isinstance(action, CreateIndex) else action.object)
    return relation.partitioned_by[1:] if relation else ()


def _keys(action: CreateTable | AddConstraint | AddColumn | CreateIndex) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """List the keys that an action makes: what they are called, their columns, and where they are written."""
    if isinstance(action, CreateIndex):
        if action.unique:
            yield f"unique index {action.object.name}", tuple(key.column or "" for key in action.keys), action.offset
        return
    for constraint in constraints_of(action):
        if constraint.kind in ("primary key", "unique") and constraint.columns:
            yield constraint.kind, constraint.columns, constraint.offset
