"""A primary key is added to a table that is in use, and builds its index there and then.

ALTER TABLE takes an ACCESS EXCLUSIVE lock: nobody can read or write until the index is built and, where a column may
be null, all rows are read once more.

Make the columns NOT NULL first (see LK208). Build the index with CREATE UNIQUE INDEX CONCURRENTLY, in a migration that
says `transaction: false`; then ADD CONSTRAINT … PRIMARY KEY USING INDEX, which is instant.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddColumn, AddConstraint
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, level_in
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint NOT NULL, name text);"
BAD = """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_pkey;
ALTER TABLE cat ADD CONSTRAINT cat_pkey PRIMARY KEY (id); -- ← LK205
"""
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - file: 002_index_cats.sql
    transaction: false
    irreversible: an example
    checks:
      - name: no two cats have one id
        when: before
        sql: SELECT count(*) FROM (SELECT id FROM cat GROUP BY id HAVING count(id) > 1) AS twice
        expect: 0
  - {file: 003_key_of_cats.sql, irreversible: an example}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint NOT NULL, chip text PRIMARY KEY);",
    "migrations/002_index_cats.sql": "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS cat_id_pkey ON cat (id);",
    "migrations/003_key_of_cats.sql": """\
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'cat_id_pkey' AND conrelid = 'cat'::regclass) THEN
        ALTER TABLE cat
            DROP CONSTRAINT cat_pkey,
            ADD CONSTRAINT cat_id_pkey PRIMARY KEY USING INDEX cat_id_pkey;
    END IF;
END
$$;
""",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "scan")
ADVICE = "NOT NULL, then CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … PRIMARY KEY USING INDEX"


@rule("LK205", "primary-key-builds-index", Level.ERROR)
def primary_key_builds_index(moment: Moment[AddConstraint | AddColumn]) -> Iterator[Found]:
    """Find a primary key on a table in use that does not bring its index."""
    action, table = moment.action, moment.action.object.owner
    key = action.column.has("primary key") if isinstance(action, AddColumn) else action.constraint
    if key and key.kind == "primary key" and not key.using_index and moment.is_in_use(table):
        message = f"{table.shown} is closed until the index of its primary key is built"
        yield moment.found(message, ADVICE, level=level_in(moment), lock=LOCK)
