"""A column is of type `money`.

What its values mean depends on the server's setting `lc_monetary`: a dump that is restored elsewhere holds other
sums. It has no currency, and divides to whole cents.

Write `numeric(12, 2)`, with a column for the currency where there is more than one.
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
    price money -- ← TY103
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    price numeric(12, 2)
);
"""


@rule("TY103", "money", Level.WARNING)
def money(moment: Moment[CreateTable | AddColumn | ChangeType]) -> Iterator[Found]:
    """Find columns of such a type."""
    for column in columns_made(moment):
        if column.type.name == "money":
            message = f"{column.object.shown} depends on the server's lc_monetary"
            yield moment.found(message, "numeric(12, 2)", object=column.object, place=moment.at(column.offset))
