"""A column is of type `varchar(n)`.

The limit is mostly a guess. To narrow it later reads the whole table under a lock, and programs learn of it by an
error. `text` is stored in the same way.

Write `text`, with a CHECK where there is a true limit.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import ChangeType
from surefoot_lint.actions.creating import AddColumn, CreateTable
from surefoot_lint.columns import columns_made
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    name varchar(40) -- ← TY107
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    name text
);
"""


@rule("TY107", "varchar-n", Level.OFF)
def varchar_n(moment: Moment[CreateTable | AddColumn | ChangeType]) -> Iterator[Found]:
    """Find columns of such a type."""
    for column in columns_made(moment):
        if column.type.name == "character varying" and column.type.modifiers:
            message = f"{column.object.shown} has a limit of {column.type.modifiers[0]} characters"
            yield moment.found(
                message,
                "text, with a CHECK where there is a true limit",
                object=column.object,
                place=moment.at(column.offset),
            )
