"""CREATE INDEX CONCURRENTLY without a name.

IF NOT EXISTS cannot be written without a name, and each attempt makes one more index: name_idx, name_idx1, name_idx2.
One that failed half way stays behind, not valid, and slows down each write; the next attempt does not find it.

Name the index, drop what an earlier attempt left with DROP INDEX CONCURRENTLY IF EXISTS, and write IF NOT EXISTS.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import CreateIndex
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

BEFORE = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_index_names.sql, transaction: false, irreversible: an example}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);",
}
BAD = {**BEFORE, "migrations/002_index_names.sql": "CREATE INDEX CONCURRENTLY ON cat (name); -- ← ID105"}
GOOD = {
    **BEFORE,
    "migrations/002_index_names.sql": """\
DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name);
""",
}


@rule("ID105", "unnamed-concurrent-index", Level.ERROR)
def unnamed_concurrent_index(moment: Moment[CreateIndex]) -> Iterator[Found]:
    """Find a concurrent index without a name, in migrations and in rollbacks."""
    index = moment.action
    if index.concurrently and not index.named:
        message = f"the index that is made concurrently on {index.table.shown} has no name"
        advice = f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index.object.name} ON …"
        yield moment.found(message, advice)
