"""A column is added without IF NOT EXISTS, so that the file cannot be run twice.

The second run stops there, because the table has the column already: what stands below it is not done.

Write ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text. ALTER TABLE IF EXISTS asks for the table alone. An attribute
of a composite type has no such clause: add it in a DO block that catches duplicate_column.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddColumn
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.repeating import is_made_unguarded, level_of, unrepeatable
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);"
BAD = "ALTER TABLE cat ADD COLUMN name text; -- ← ID103"
GOOD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text;"


@rule("ID103", "unguarded-column", Level.ERROR)
def unguarded_column(trip: RoundTrip) -> Iterator[Found]:
    """Find a column that is added without IF NOT EXISTS."""
    for one in unrepeatable(trip, AddColumn):
        of = one.action.object
        if is_made_unguarded(trip, of):
            continue
        made = trip.after.types.get((of.schema, of.name))
        is_attribute = made is not None and made.form == "composite"
        advice = "add it in a DO block that catches duplicate_column" if is_attribute else "add IF NOT EXISTS"
        message = f"{of} is added unguarded: a second run stops here"
        yield trip.found(one.place, message, advice, object=of, level=level_of(trip))
