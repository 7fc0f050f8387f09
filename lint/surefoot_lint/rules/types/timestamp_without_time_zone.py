"""A column keeps moments without their time zone: `timestamp`, which is `timestamp without time zone`.

What it means depends on the settings of each session that writes and reads it. Twice a year an hour is missing or
there twice, and values of servers in other zones cannot be compared.

Write `timestamptz`. It takes the same 8 bytes, keeps a moment, and shows it in the zone of whoever reads.
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
    born_at timestamp -- ← TY101
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    born_at timestamptz
);
"""


@rule("TY101", "timestamp-without-time-zone", Level.WARNING)
def timestamp_without_time_zone(moment: Moment[CreateTable | AddColumn | ChangeType]) -> Iterator[Found]:
    """Find columns of such a type."""
    for column in columns_made(moment):
        if column.type.name == "timestamp without time zone":
            message = f"{column.object.shown} keeps moments without a time zone"
            yield moment.found(message, "timestamptz", object=column.object, place=moment.at(column.offset))
