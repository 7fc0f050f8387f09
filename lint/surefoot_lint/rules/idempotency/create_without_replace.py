"""A function, procedure, aggregate, view or rule is made without OR REPLACE, so that the file cannot be run twice.

The second run stops there, because it exists already, with its old body.

Write CREATE OR REPLACE. Where that is refused, since the arguments, the result or the columns are others, drop the old
one first with DROP … IF EXISTS.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import Create
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.repeating import level_of, unrepeatable
from surefoot_lint.rule import rule

BAD = "CREATE FUNCTION purr() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'rrr' $$; -- ← ID107"
GOOD = "CREATE OR REPLACE FUNCTION purr() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'rrr' $$;"
REPLACEABLE = frozenset({"aggregate", "function", "language", "procedure", "rule", "view"})


@rule("ID107", "create-without-replace", Level.ERROR)
def create_without_replace(trip: RoundTrip) -> Iterator[Found]:
    """Find what is made without OR REPLACE."""
    for one in unrepeatable(trip, Create):
        of = one.action.object
        if of.kind in REPLACEABLE:
            message = f"{of} is made without OR REPLACE: a second run stops here"
            yield trip.found(one.place, message, "CREATE OR REPLACE", object=of, level=level_of(trip))
