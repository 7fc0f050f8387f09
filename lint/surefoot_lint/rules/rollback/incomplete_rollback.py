"""The rollback leaves something that the migration made: a table, a column, an index, a type, a policy, a grant, …

What is left is there when the migration is applied again, which then fails, or passes over it because of IF NOT
EXISTS and keeps an old shape. A policy, grant or trigger that is left goes on doing what nobody expects of it.

Drop each object that the migration makes, by the same name and with the same arguments. What goes with a table that
is dropped needs no statement of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.undoing import differences

BAD = {
    "001_create_cats.sql": """\
DO $$ BEGIN CREATE TYPE coat AS ENUM ('short', 'long'); EXCEPTION WHEN duplicate_object THEN NULL; END $$; -- ← RB103
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, coat coat NOT NULL);
""",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
}
GOOD = {
    "001_create_cats.sql": """\
DO $$ BEGIN CREATE TYPE coat AS ENUM ('short', 'long'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
SET LOCAL lock_timeout = '5s';
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, coat coat NOT NULL);
""",
    "rollback_001.sql": """\
SET LOCAL lock_timeout = '5s';
DROP TABLE IF EXISTS cat;
DROP TYPE IF EXISTS coat;
""",
}


@rule("RB103", "incomplete-rollback", Level.ERROR)
def incomplete_rollback(trip: RoundTrip) -> Iterator[Found]:
    """Find what is there after the rollback and was not before the migration."""
    for difference in differences(trip):
        aspect, cause = difference.aspect, difference.cause
        if difference.is_left and cause and aspect.object.kind != "enum value":
            message = f"the rollback leaves {aspect}, which this migration makes"
            advice = f"drop it in {trip.unit.rollback.shown if trip.unit.rollback else 'the rollback'}"
            yield trip.found(cause.place, message, advice, object=aspect.object)
