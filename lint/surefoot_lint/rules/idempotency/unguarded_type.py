"""A type or a domain is made without a guard, so that the file cannot be run twice.

CREATE TYPE and CREATE DOMAIN have no IF NOT EXISTS. The second run stops there, because the type exists already.

Make it in a DO block that catches duplicate_object, or that asks pg_type first. DROP TYPE IF EXISTS before it does as
well, as long as no column is of that type.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import CreateType
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import TYPES
from surefoot_lint.repeating import level_of, unrepeatable
from surefoot_lint.rule import rule

BAD = "CREATE TYPE coat AS ENUM ('tabby', 'tortoiseshell'); -- ← ID106"
GOOD = """\
DO $$
BEGIN
    CREATE TYPE coat AS ENUM ('tabby', 'tortoiseshell');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;
"""


@rule("ID106", "unguarded-type", Level.ERROR)
def unguarded_type(trip: RoundTrip) -> Iterator[Found]:
    """Find a type or domain that is made outside a guarding DO block."""
    for one in unrepeatable(trip, CreateType):
        of, catches = one.action.object, one.action.guard.catches
        if of.kind in TYPES:
            instead = f", not {', '.join(catches)}" if catches else ""
            advice = f"make it in a DO block that catches duplicate_object{instead}, or asks pg_type first"
            message = f"{of} is made unguarded: a second run stops here"
            yield trip.found(one.place, message, advice, object=of, level=level_of(trip))
