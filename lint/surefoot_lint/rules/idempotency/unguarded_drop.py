"""Something is dropped without IF EXISTS, so that the file cannot be run twice.

The second run stops there, because it is gone already; so does the first one on a database where it never was.

Write IF EXISTS. ALTER TABLE IF EXISTS asks for the table alone: a column or a constraint needs its own, as in
ALTER TABLE cat DROP COLUMN IF EXISTS name. Rollbacks are the matter of unguarded-rollback.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.repeating import level_of, unrepeatable
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text CONSTRAINT cat_named CHECK (name <> ''));"
BAD = "ALTER TABLE IF EXISTS cat DROP CONSTRAINT cat_named; -- ← ID102"
GOOD = "ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_named;"


@rule("ID102", "unguarded-drop", Level.ERROR)
def unguarded_drop(trip: RoundTrip) -> Iterator[Found]:
    """Find what is dropped without IF EXISTS."""
    for one in unrepeatable(trip, Drop):
        of = one.action.object
        if of.kind not in ("database", "tablespace", "subscription") or not one.action.in_block:
            message = f"{of} is dropped unguarded: a second run stops here"
            yield trip.found(one.place, message, "add IF EXISTS", object=of, level=level_of(trip))
