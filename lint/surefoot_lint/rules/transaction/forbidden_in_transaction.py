"""A statement that PostgreSQL refuses in a transaction: VACUUM, CREATE or DROP DATABASE, TABLESPACE, SUBSCRIPTION,
ALTER SYSTEM, REINDEX of a schema or a database, CLUSTER of all tables, DISCARD ALL.

The migration fails there (SQLSTATE 25001), and nothing of it is kept.

Put it into a migration of its own, and say `transaction: false` in the manifest. Most of these are better left to who
runs the server: they are about the cluster, not about the schema. ANALYZE runs in a transaction as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.fileset import Unit
from surefoot_lint.finding import Found, Level
from surefoot_lint.misplaced import misplaced
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = "VACUUM cat; -- ← TX102"
GOOD = "ANALYZE cat;"


@rule("TX102", "forbidden-in-transaction", Level.ERROR)
def forbidden_in_transaction(unit: Unit) -> Iterator[Found]:
    """Find what needs no transaction where one is open, in migrations and in rollbacks."""
    yield from (one.found() for one in misplaced(unit, concurrently=False))
