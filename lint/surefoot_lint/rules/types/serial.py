"""A column is of type `serial` or `bigserial`.

It makes a sequence that has grants of its own, and that stays behind when the default is dropped. An identity column
is the standard's way since PostgreSQL 10, and refuses a value that is written by mistake.

Write `bigint GENERATED ALWAYS AS IDENTITY`.
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
    tag bigserial -- ← TY106
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    tag bigint GENERATED ALWAYS AS IDENTITY
);
"""


@rule("TY106", "serial", Level.OFF)
def serial(moment: Moment[CreateTable | AddColumn | ChangeType]) -> Iterator[Found]:
    """Find columns of such a type."""
    for column in columns_made(moment):
        if column.type.serial:
            message = f"{column.object.shown} is serial"
            yield moment.found(
                message, "bigint GENERATED ALWAYS AS IDENTITY", object=column.object, place=moment.at(column.offset)
            )
