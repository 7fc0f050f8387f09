"""An index of a table that is in use is dropped without CONCURRENTLY.

DROP INDEX takes an ACCESS EXCLUSIVE lock on the table. The drop itself is short; but it waits for every query that is
running, and all that come after it, readers too, wait behind it.

Write DROP INDEX CONCURRENTLY IF EXISTS, in a migration of its own that says `transaction: false` in the manifest. The
index of a partitioned table cannot be dropped so.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.creating import CreateIndex
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, is_partitioned
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
"""
BAD = "DROP INDEX IF EXISTS cat_name_idx; -- ← LK102"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_drop_index.sql, transaction: false, irreversible: an example}
""",
    "migrations/001_create_cats.sql": """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name);
""",
    "migrations/002_drop_index.sql": "DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "instant")
ADVICE = "DROP INDEX CONCURRENTLY IF EXISTS, in a migration of its own with transaction: false"


@rule("LK102", "drop-index-not-concurrent", Level.ERROR)
def drop_index_not_concurrent(moment: Moment[Drop]) -> Iterator[Found]:
    """Find an index that is dropped under a lock, on a table in use."""
    drop = moment.action
    if drop.object.kind == "index" and not drop.concurrently and _is_in_use(moment):
        message = f"dropping index {drop.object.shown} waits for all queries on its table, and stops those that come"
        yield moment.found(message, ADVICE, lock=LOCK)


def _is_in_use(moment: Moment[Drop]) -> bool:
    """Tell whether the table of an index is in use; what this migration made itself is LK101's matter, or RB111's."""
    target = moment.action.object
    index = moment.catalog.index(target)
    if index is None:
        return not any(made.object == target for made in moment.others(CreateIndex))
    is_made_here = moment.before.index(target) is None
    return moment.is_in_use(index.table) and not is_made_here and not is_partitioned(moment, index.table)
