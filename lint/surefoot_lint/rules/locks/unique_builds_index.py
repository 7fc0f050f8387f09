"""A UNIQUE constraint is added to a table that is in use, and builds its index there and then.

ALTER TABLE takes an ACCESS EXCLUSIVE lock: nobody can read or write until the index is built. If there is a duplicate,
all of it was for nothing.

Build the index first, with CREATE UNIQUE INDEX CONCURRENTLY in a migration that says `transaction: false`; then ADD
CONSTRAINT … UNIQUE USING INDEX, which is instant. On a partitioned table make the index ON ONLY the parent, and attach
one of each partition to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddColumn, AddConstraint
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, is_partitioned, level_in
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, chip text);"
BAD = """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_chip_key;
ALTER TABLE cat ADD CONSTRAINT cat_chip_key UNIQUE (chip); -- ← LK204
"""
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - file: 002_index_chips.sql
    transaction: false
    irreversible: an example
    checks:
      - name: no chip is in two cats
        when: before
        sql: SELECT count(*) FROM (SELECT chip FROM cat GROUP BY chip HAVING count(chip) > 1) AS twice
        expect: 0
  - {file: 003_unique_chips.sql, irreversible: an example}
""",
    "migrations/001_create_cats.sql": SETUP,
    "migrations/002_index_chips.sql": "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS cat_chip_key ON cat (chip);",
    "migrations/003_unique_chips.sql": """\
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'cat_chip_key' AND conrelid = 'cat'::regclass) THEN
        ALTER TABLE cat ADD CONSTRAINT cat_chip_key UNIQUE USING INDEX cat_chip_key;
    END IF;
END
$$;
""",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "scan")
ADVICE = "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … UNIQUE USING INDEX"
OF_PARTITIONS = (
    "CREATE UNIQUE INDEX ON ONLY the parent, CONCURRENTLY on each partition, then ALTER INDEX ATTACH PARTITION"
)


@rule("LK204", "unique-builds-index", Level.ERROR)
def unique_builds_index(moment: Moment[AddConstraint | AddColumn]) -> Iterator[Found]:
    """Find a UNIQUE constraint on a table in use that does not bring its index."""
    action, table = moment.action, moment.action.object.owner
    unique = action.column.has("unique") if isinstance(action, AddColumn) else action.constraint
    if unique and unique.kind == "unique" and not unique.using_index and moment.is_in_use(table):
        message = f"{table.shown} is closed until the index of {unique.name or 'the constraint'} is built"
        advice = OF_PARTITIONS if is_partitioned(moment, table) else ADVICE
        yield moment.found(message, advice, level=level_in(moment), lock=LOCK)
