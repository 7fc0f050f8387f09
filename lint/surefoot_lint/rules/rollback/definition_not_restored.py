"""The migration drops or changes something, and the rollback does not put the old definition back.

The next release of the old code runs on a schema that it was not written for: a function with the new body, a policy
that is gone, a column of another type. Nobody notices, since the rollback succeeded.

Write the old definition into the rollback, word for word: the earlier migration that made it has it. Recreate what
was dropped, with its indexes, policies, comments and grants.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.rules.rollback.over_reverting_rollback import guarded_create
from surefoot_lint.undoing import MISSING, Difference, differences

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text DEFAULT 'Tom');",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "002_name_cats_later.sql": "ALTER TABLE cat ALTER COLUMN name DROP DEFAULT; -- ← RB108",
    "rollback_002.sql": "ALTER TABLE cat ALTER COLUMN name SET DEFAULT 'Cat';",
}
GOOD = {
    "001_create_cats.sql": """\
SET LOCAL lock_timeout = '5s';
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
COMMENT ON TABLE cat IS 'Felis catus';
""",
    "rollback_001.sql": "SET LOCAL lock_timeout = '5s';\nDROP TABLE IF EXISTS cat;",
    "002_say_more_of_cats.sql": "SET LOCAL lock_timeout = '5s';\nCOMMENT ON TABLE cat IS 'Felis catus, at home';",
    "rollback_002.sql": "SET LOCAL lock_timeout = '5s';\nCOMMENT ON TABLE cat IS 'Felis catus';",
}


@rule("RB108", "definition-not-restored", Level.ERROR)
def definition_not_restored(trip: RoundTrip) -> Iterator[Found]:
    """Find what was there before the migration and is not so after the rollback."""
    for difference in differences(trip):
        if not difference.is_not_put_back or difference.cause is None:
            continue
        if difference.restored is MISSING and guarded_create(trip, difference):
            continue
        message = f"{difference.aspect} {_how(difference)}"
        advice = "write the old definition into the rollback"
        yield trip.found(difference.cause.place, message, advice, object=difference.aspect.object, evidence="history")


def _how(difference: Difference) -> str:
    """Say what is wrong, with both values where they are short."""
    if difference.restored is MISSING:
        return "was there before this migration, and is not after the rollback"
    was, left = difference.before, difference.restored
    if all(isinstance(value, str | None) and len(str(value)) < 60 for value in (was, left)):
        return f"was {was or 'none'} before this migration, and is {left or 'none'} after the rollback"
    return "is not after the rollback what it was before this migration"
