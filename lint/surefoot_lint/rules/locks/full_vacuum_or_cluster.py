"""VACUUM FULL or CLUSTER of a table that is in use.

Both write the table and all its indexes anew under an ACCESS EXCLUSIVE lock: nobody can read or write meanwhile, and
there must be room for a second copy.

A plain VACUUM lets reads and writes go on, and autovacuum does it without being asked. To give room back, pg_repack
and pg_squeeze do the same with short locks. Neither belongs in a migration.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.session import Maintain
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE
from surefoot_lint.rule import rule

CREATE = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);"
SETUP = CREATE
BAD = "CLUSTER cat USING cat_pkey; -- ← LK306"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_vacuum_cats.sql, transaction: false, irreversible: an example}
""",
    "migrations/001_create_cats.sql": CREATE,
    "migrations/002_vacuum_cats.sql": "VACUUM (ANALYZE) cat;",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "rewrite")
ADVICE = "a plain VACUUM, or pg_repack or pg_squeeze outside of migrations"


@rule("LK306", "full-vacuum-or-cluster", Level.ERROR)
def full_vacuum_or_cluster(moment: Moment[Maintain]) -> Iterator[Found]:
    """Find what writes a table in use anew for the sake of its storage."""
    action = moment.action
    if action.verb in ("vacuum full", "cluster") and (action.object is None or moment.is_in_use(action.object)):
        of = action.object.shown if action.object else "each table of the database"
        message = f"{action.verb.upper()} writes {of} anew under a lock"
        yield moment.found(message, ADVICE, lock=LOCK)
