"""An index is built anew in its place, without CONCURRENTLY.

REINDEX takes a SHARE lock on the table, so nobody can write, and an ACCESS EXCLUSIVE lock on each index while it is
built. The planner looks at all indexes of a table: most reads wait too.

Write REINDEX … CONCURRENTLY, in a migration of its own that says `transaction: false` in the manifest. It builds the
new index beside the old one, and takes some more time and room.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.session import Maintain
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = "REINDEX TABLE cat; -- ← LK103"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_reindex_cats.sql, transaction: false, irreversible: an example}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);",
    "migrations/002_reindex_cats.sql": "REINDEX TABLE CONCURRENTLY cat;",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "scan")
ADVICE = "REINDEX … CONCURRENTLY, in a migration of its own with transaction: false"


@rule("LK103", "reindex-not-concurrent", Level.ERROR)
def reindex_not_concurrent(moment: Moment[Maintain]) -> Iterator[Found]:
    """Find a REINDEX under a lock, on a table in use."""
    action = moment.action
    if action.verb != "reindex" or action.concurrently:
        return
    target = action.object
    index = moment.catalog.index(target) if target and target.kind == "index" else None
    if target is None or moment.is_in_use(index.table if index else target):
        name = str(target) if target else "the database"
        yield moment.found(f"reindexing {name} stops writes, and most reads, until it is built", ADVICE, lock=LOCK)
