"""A value is added to an enum without IF NOT EXISTS, so that the file cannot be run twice.

The second run stops there, because the type has the value already. A value cannot be taken out again, so a rollback
does not help: the file can then only be edited.

Write ALTER TYPE coat ADD VALUE IF NOT EXISTS 'calico'.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddEnumValue
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.repeating import level_of, unrepeatable
from surefoot_lint.rule import rule

SETUP = """\
DO $$
BEGIN
    CREATE TYPE coat AS ENUM ('tabby', 'tortoiseshell');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;
"""
BAD = "ALTER TYPE coat ADD VALUE 'calico'; -- ← ID110"
GOOD = "ALTER TYPE coat ADD VALUE IF NOT EXISTS 'calico';"


@rule("ID110", "unguarded-enum-value", Level.ERROR)
def unguarded_enum_value(trip: RoundTrip) -> Iterator[Found]:
    """Find a label that is added without IF NOT EXISTS."""
    for one in unrepeatable(trip, AddEnumValue):
        of = one.action.object
        message = f"the value {of.shown} is added unguarded: a second run stops here"
        yield trip.found(one.place, message, "ADD VALUE IF NOT EXISTS", object=of, level=level_of(trip))
