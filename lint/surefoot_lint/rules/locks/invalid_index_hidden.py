"""CREATE INDEX CONCURRENTLY IF NOT EXISTS stands alone, where nobody drops what a failed attempt leaves behind.

A build that fails, or is cancelled, leaves an index that is INVALID: no query uses it, each write pays for it, and a
unique one may even refuse rows. The next attempt finds an index of that name, says NOTICE, and calls it done.

Write DROP INDEX CONCURRENTLY IF EXISTS before it. In a project with a `manifest.yaml` of Surefoot's there is no need:
the runner drops an invalid index of its own before it tries again.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.creating import CreateIndex
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BAD = {
    "001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);",
    "rollback_001.sql": "DROP TABLE IF EXISTS cat;",
    "002_index_names.sql": "CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name); -- ← LK108",
    "rollback_002.sql": "DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;",
}
BAD_ERROR = "25001"  # without a manifest a file runs in a transaction, which CONCURRENTLY refuses
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, rollback: rollback_001.sql}
  - {file: 002_index_names.sql, rollback: rollback_002.sql, transaction: false}
""",
    "migrations/001_create_cats.sql": BAD["001_create_cats.sql"],
    "rollbacks/rollback_001.sql": BAD["rollback_001.sql"],
    "migrations/002_index_names.sql": """\
DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name);
""",
    "rollbacks/rollback_002.sql": BAD["rollback_002.sql"],
}


@rule("LK108", "invalid-index-hidden", Level.ERROR)
def invalid_index_hidden(moment: Moment[CreateIndex]) -> Iterator[Found]:
    """Find IF NOT EXISTS that takes a broken index for the one that is wanted."""
    index = moment.action
    if moment.walk.fileset.manifest or not (index.concurrently and index.guard.exists):
        return
    if not any(moment.earlier(Drop, lambda drop: drop.object == index.object)):
        message = f"a failed build of {index.object.shown} stays INVALID, and IF NOT EXISTS hides it"
        yield moment.found(message, f"DROP INDEX CONCURRENTLY IF EXISTS {index.object.shown} before it")
