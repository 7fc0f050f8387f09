"""A constraint is added without a guard, so that the file cannot be run twice.

ADD CONSTRAINT has no IF NOT EXISTS. The second run stops there; or, where the constraint has no name, it adds a
second one that checks the same, with a number at the end of its name.

Drop it first: ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_named. Or add it in a DO block that catches
duplicate_object (a foreign key, a CHECK), duplicate_table (UNIQUE, EXCLUDE) or invalid_table_definition (a primary
key), or asks pg_constraint first. In CREATE TABLE IF NOT EXISTS it needs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddConstraint
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.repeating import is_made_unguarded, level_of, unrepeatable
from surefoot_lint.rule import rule
from surefoot_lint.sqlstates import error_again

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = "ALTER TABLE cat ADD CONSTRAINT cat_named CHECK (name <> '') NOT VALID; -- ← ID104"
GOOD = """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_named;
ALTER TABLE cat ADD CONSTRAINT cat_named CHECK (name <> '') NOT VALID;
"""


@rule("ID104", "unguarded-constraint", Level.ERROR)
def unguarded_constraint(trip: RoundTrip) -> Iterator[Found]:
    """Find a constraint that is added and was not dropped before."""
    for one in unrepeatable(trip, AddConstraint):
        of = one.action.object
        if is_made_unguarded(trip, of):
            continue
        if one.action.named or one.action.constraint.kind == "primary key":
            message = f"{of} is added unguarded: a second run stops here"
        else:
            message = f"each run adds one more constraint to {of.owner.shown}, since this one has no name"
        name = "" if one.action.named else "name it, and "
        advice = f"{name}DROP CONSTRAINT IF EXISTS before it, or a DO block that catches {error_again(one.action)}"
        yield trip.found(one.place, message, advice, object=of, level=level_of(trip))
