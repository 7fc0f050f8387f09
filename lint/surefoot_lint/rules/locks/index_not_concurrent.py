"""An index is made on a table that is in use, without CONCURRENTLY.

CREATE INDEX takes a SHARE lock: nobody can insert, update or delete until it is built, which means one scan of the
whole table and a sort. Reads go on. On a large table writers wait for minutes, and their callers with them.

Make it with CREATE INDEX CONCURRENTLY in a migration of its own that says `transaction: false` in the manifest, and
drop it first with DROP INDEX CONCURRENTLY IF EXISTS: an attempt that failed leaves an index that is not valid.
A table that this migration made, and that is still empty, is no matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import CreateIndex
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import is_partitioned
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text NOT NULL);"
BAD = "CREATE INDEX IF NOT EXISTS cat_name_idx ON cat (name); -- ← LK101"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_index_names.sql, transaction: false, irreversible: an example}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text NOT NULL);",
    "migrations/002_index_names.sql": """\
DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name);
""",
}
LOCK = Lock("SHARE", "writes", "scan")
ADVICE = "CREATE INDEX CONCURRENTLY, in a migration of its own with transaction: false"


@rule("LK101", "index-not-concurrent", Level.ERROR)
def index_not_concurrent(moment: Moment[CreateIndex]) -> Iterator[Found]:
    """Find an index that is made under a lock, on a table in use."""
    index = moment.action
    # An index on the parent of partitions cannot be made concurrently; that is LK109's matter.
    if not (index.concurrently or is_partitioned(moment, index.table)) and moment.is_in_use(index.table):
        message = f"index {index.object.shown} blocks writes to {index.table.shown} while it is built"
        yield moment.found(message, ADVICE, lock=LOCK)
