"""The migration makes an index concurrently, and the rollback drops it without CONCURRENTLY.

DROP INDEX takes an ACCESS EXCLUSIVE lock on the table: it waits for every query that is running, and all others wait
behind it. What went in without stopping anyone stops everyone on the way out.

Write DROP INDEX CONCURRENTLY IF EXISTS: the rollback of a `transaction: false` migration runs outside transactions
too. The same holds for the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.creating import CreateIndex
from surefoot_lint.context import RoundTrip, actions_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

HEAD = """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
  - {file: 002_index_names.sql, rollback: rollback_002.sql, transaction: false}
"""
BEFORE = {
    "manifest.yaml": HEAD,
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);",
    "rollbacks/rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "migrations/002_index_names.sql": """\
DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name);
""",
}
BAD = {**BEFORE, "rollbacks/rollback_002.sql": "DROP INDEX IF EXISTS cat_name_idx; -- ← RB111"}
GOOD = {**BEFORE, "rollbacks/rollback_002.sql": "DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;"}


@rule("RB111", "rollback-transaction-mismatch", Level.ERROR)
def rollback_transaction_mismatch(trip: RoundTrip) -> Iterator[Found]:
    """Find an index that is made concurrently and dropped under a lock."""
    made = [one.action.object for one in actions_of(trip.forward, CreateIndex) if one.action.concurrently]
    for one in actions_of(trip.back, Drop):
        target = one.action.object
        if target.kind == "index" and target in made and not one.action.concurrently:
            message = f"index {target.shown} is made concurrently and dropped under an ACCESS EXCLUSIVE lock"
            yield trip.found(one.place, message, "DROP INDEX CONCURRENTLY IF EXISTS", object=target)
