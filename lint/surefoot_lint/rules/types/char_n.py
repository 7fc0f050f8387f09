"""A column is of type `char(n)`.

It pads each value with spaces up to its length, stores them, and leaves them out of comparisons: two values that look
different are equal, and what is read is not what was written. It is no faster than `text`.

Write `text`, with a CHECK on its length where that matters.
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
    chip char(15) -- ← TY102
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    chip text CONSTRAINT cat_chip_length CHECK (length(chip) = 15)
);
"""


@rule("TY102", "char-n", Level.WARNING)
def char_n(moment: Moment[CreateTable | AddColumn | ChangeType]) -> Iterator[Found]:
    """Find columns of such a type."""
    for column in columns_made(moment):
        if column.type.name == "character" and not column.type.schema:
            message = f"{column.object.shown} is padded with spaces to its length"
            yield moment.found(
                message,
                "text, with a CHECK (length(…) = n) where the length matters",
                object=column.object,
                place=moment.at(column.offset),
            )
