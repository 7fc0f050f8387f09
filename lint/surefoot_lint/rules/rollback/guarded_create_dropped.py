"""The migration makes something with IF NOT EXISTS or OR REPLACE that is there already, and the rollback drops it.

Applied, the migration changes nothing; undone, it takes what an earlier migration made. On a database that has it,
one step back is one step too far.

Make what is not there, and drop no more than that. Where the object is to be changed, say so: ALTER it, and change it
back in the rollback; CREATE OR REPLACE it, and replace it by the old definition.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.creating import Create
from surefoot_lint.context import RoundTrip, actions_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.rules.rollback.over_reverting_rollback import guarded_create
from surefoot_lint.undoing import MISSING, differences

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "002_create_cats_again.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_002.sql": "DROP TABLE IF EXISTS cat; -- ← RB105",
}
GOOD = {
    "001_create_cats.sql": "SET LOCAL lock_timeout = '5s';\nCREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);",
    "rollback_001.sql": "SET LOCAL lock_timeout = '5s';\nDROP TABLE IF EXISTS cat;",
    "002_create_dogs.sql": "SET LOCAL lock_timeout = '5s';\nCREATE TABLE IF NOT EXISTS dog (id bigint PRIMARY KEY);",
    "rollback_002.sql": "SET LOCAL lock_timeout = '5s';\nDROP TABLE IF EXISTS dog;",
}
OFTEN_THERE = ("extension", "schema", "role")


@rule("RB105", "guarded-create-dropped", Level.ERROR)
def guarded_create_dropped(trip: RoundTrip) -> Iterator[Found]:
    """Find a rollback that drops what a guarded CREATE found there already."""
    advice = "drop only what this migration makes"
    for difference in differences(trip):
        created = difference.before is not MISSING and difference.restored is MISSING
        if created and difference.undone_by and guarded_create(trip, difference):
            message = f"the rollback drops {difference.aspect}, which was there before its migration"
            place = difference.undone_by.place
            yield trip.found(place, message, advice, object=difference.aspect.object, evidence="history")
    yield from _of_the_platform(trip, advice)


def _of_the_platform(trip: RoundTrip, advice: str) -> Iterator[Found]:
    """Find what a hosting may have made before the first migration, as far as nobody can tell."""
    manifest = trip.fileset.manifest
    if manifest is None or manifest.platform is None:
        return
    made = {one.action.object for one in actions_of(trip.forward, Create) if one.action.guard}
    for one in actions_of(trip.back, Drop):
        if one.action.object.kind in OFTEN_THERE and one.action.object in made:
            message = f"the rollback drops {one.action.object}, which the platform may have had before"
            yield trip.found(one.place, message, advice, object=one.action.object, level=Level.WARNING)
