"""Something is renamed, or moved to another schema, without a guard, so that the file cannot be run twice.

The second run stops there, because nothing has the old name any more. ALTER TABLE IF EXISTS helps where the table
itself is renamed; for RENAME COLUMN it asks for the table, which is there.

Rename in a DO block that asks for the old name first. Better, do not rename what code uses: add the new column, write
both, and drop the old one later.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Rename
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import RELATIONS
from surefoot_lint.repeating import level_of, unrepeatable
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, title text);"
BAD = "ALTER TABLE IF EXISTS cat RENAME COLUMN title TO name; -- ← ID111"
GOOD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS name text;"


@rule("ID111", "unguarded-rename", Level.ERROR)
def unguarded_rename(trip: RoundTrip) -> Iterator[Found]:
    """Find a RENAME or SET SCHEMA that needs the old name."""
    for one in unrepeatable(trip, Rename):
        of, to = one.action.object, one.action.to
        is_moved = of.schema != to.schema
        verb, target = ("moved", f"schema {to.schema}") if is_moved else ("renamed", to.part or to.name)
        guards = of.kind in RELATIONS and of.part is None
        kind = of.kind.upper()
        advice = f"ALTER {kind} IF EXISTS" if guards else "a DO block that asks first whether the old name is there"
        message = f"{of} is {verb} to {target} unguarded: a second run stops here"
        yield trip.found(one.place, message, advice, object=of, level=level_of(trip))
