"""CREATE INDEX, DROP INDEX, REINDEX or DETACH PARTITION with CONCURRENTLY, in a transaction or in a block.

PostgreSQL refuses it (SQLSTATE 25001): such a statement runs in several transactions of its own, to wait between them
for others. The migration fails, and nothing of it is kept. In a DO block or a function it is refused in any case.

Put it into a migration of its own, and say `transaction: false` in the manifest; the rollback then runs outside a
transaction too.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.misplaced import misplaced
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = "CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name); -- ← TX101"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_index_names.sql, transaction: false, irreversible: an example}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);",
    "migrations/002_index_names.sql": """\
DROP INDEX CONCURRENTLY IF EXISTS cat_name_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_name_idx ON cat (name);
""",
}


@rule("TX101", "concurrently-in-transaction", Level.ERROR)
def concurrently_in_transaction(unit: Unit) -> Iterator[Found]:
    """Find CONCURRENTLY where a transaction is open, in migrations and in rollbacks."""
    yield from (one.found() for one in misplaced(unit, concurrently=True))
