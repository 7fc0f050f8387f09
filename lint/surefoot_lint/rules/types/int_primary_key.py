"""A primary key, or its sequence, counts in `integer` or `smallint`.

After 2,147,483,647 rows, counting those that failed or were deleted, no row can be inserted any more. To widen the
column then rewrites the table and all that points to it, while nothing can be written anyway.

Write `bigint`: four bytes more a row. A key that is no counter, such as a code of a country, is no matter; one that
is called id is taken for a counter.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import CreateTable
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = """\
CREATE TABLE IF NOT EXISTS cat (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY -- ← TY105
);
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
"""
SMALL = ("integer", "smallint")


@rule("TY105", "int-primary-key", Level.WARNING)
def int_primary_key(moment: Moment[CreateTable]) -> Iterator[Found]:
    """Find small counters that are the whole primary key of a table."""
    action = moment.action
    if moment.is_rollback or action.object.is_temporary:
        return
    keys = [one.columns for one in action.constraints if one.kind == "primary key"]
    for column in action.columns:
        counts = column.type.serial or column.identity or (column.default and "nextval" in column.default.functions)
        if (counts or column.name == "id") and column.type.name in SMALL and (column.name,) in keys:
            about = action.object._replace(kind="column", part=column.name)
            message = f"the primary key {about.shown} counts in {column.type.name}, and will run out"
            yield moment.found(message, "bigint", object=about, place=moment.at(column.offset))
