"""Something is made without a guard, so that the file cannot be run twice: a table, index, schema, sequence,
extension, materialized view, role, …

The second run stops there, because it exists already. That happens when a run broke off half way, when somebody had
made the object by hand, when a database was restored from elsewhere. Then nobody can go on without editing the file.

Write IF NOT EXISTS. What has none in PostgreSQL, such as CREATE ROLE, is put into a DO block that catches
duplicate_object or asks the catalog first. DROP … IF EXISTS before it does as well, where nothing is lost by it.
How much this matters says `lint: {idempotent: require | warn | off}`; with `transaction: false` it always does.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    Create,
    CreateFunction,
    CreateIndex,
    CreatePolicy,
    CreateTrigger,
)
from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import TYPES
from surefoot_lint.repeating import level_of, unrepeatable
from surefoot_lint.rule import rule
from surefoot_lint.rules.idempotency.create_without_replace import REPLACEABLE

BAD = """\
CREATE TABLE cat (id bigint PRIMARY KEY, name text); -- ← ID101
CREATE INDEX cat_name_idx ON cat (name); -- ← ID101
"""
GOOD = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""
OTHERS = (AddColumn, AddConstraint, AddEnumValue, CreateFunction, CreatePolicy, CreateTrigger)
GUARDABLE = frozenset(
    {
        "collation", "extension", "foreign table", "index", "materialized view", "schema", "sequence", "server",
        "statistics", "table", "user mapping",
    }
)  # fmt: skip
UNGUARDABLE = frozenset({"database", "subscription", "tablespace"})  # in a DO block neither


@rule("ID101", "unguarded-create", Level.ERROR)
def unguarded_create(trip: RoundTrip) -> Iterator[Found]:
    """Find what is made without IF NOT EXISTS; columns, constraints, types and their like have rules of their own."""
    for one in unrepeatable(trip, Create):
        action, of = one.action, one.action.object
        if isinstance(action, OTHERS) or of.kind in REPLACEABLE | TYPES | UNGUARDABLE:
            continue
        if isinstance(action, CreateIndex) and not action.named:
            if not action.concurrently:  # else it is ID105's matter
                message = f"each run makes one more index on {action.table.shown}, since this one has no name"
                yield trip.found(
                    one.place, message, "name it: CREATE INDEX IF NOT EXISTS name ON …", object=of, level=level_of(trip)
                )
            continue
        message = f"{of} is made unguarded: a second run stops here"
        yield trip.found(one.place, message, _advice(action), object=of, level=level_of(trip))


def _advice(action: Create) -> str:
    if action.object.kind in GUARDABLE:
        return "add IF NOT EXISTS"
    return "make it in a DO block that catches duplicate_object, or asks the catalog first"
