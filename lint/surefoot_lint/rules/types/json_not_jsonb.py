"""A column is of type `json`.

It keeps the text as written and parses it again at each access. It has no equality, so that DISTINCT, GROUP BY and
UNION fail on it, and no index finds what is in it.

Write `jsonb`. `json` is right only where the very text must be kept: the order of keys, and keys that are there twice.
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
    traits json -- ← TY104
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint PRIMARY KEY,
    traits jsonb
);
"""


@rule("TY104", "json-not-jsonb", Level.WARNING)
def json_not_jsonb(moment: Moment[CreateTable | AddColumn | ChangeType]) -> Iterator[Found]:
    """Find columns of such a type."""
    for column in columns_made(moment):
        if column.type.name == "json":
            message = f"{column.object.shown} is parsed at each access, and has no equality"
            yield moment.found(message, "jsonb", object=column.object, place=moment.at(column.offset))
