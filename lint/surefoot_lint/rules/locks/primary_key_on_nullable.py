"""A primary key takes an index that is there, but its columns may still be null.

PRIMARY KEY USING INDEX makes the columns NOT NULL, and reads all rows to see whether they are, under an ACCESS
EXCLUSIVE lock. What was to be instant takes as long as the table is large.

Make the columns NOT NULL first, by way of a CHECK that is validated (see LK208); the key then takes the index and is
done.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddConstraint
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE
from surefoot_lint.nulls import is_never_null, is_proved_not_null
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS cat (id bigint, name text);
CREATE UNIQUE INDEX IF NOT EXISTS cat_pkey ON cat (id);
"""
BAD = "ALTER TABLE cat ADD CONSTRAINT cat_pkey PRIMARY KEY USING INDEX cat_pkey; -- ← LK206"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_key_of_cats.sql, irreversible: an example}
""",
    "migrations/001_create_cats.sql": """\
CREATE TABLE IF NOT EXISTS cat (id bigint NOT NULL, chip text PRIMARY KEY);
CREATE UNIQUE INDEX IF NOT EXISTS cat_id_pkey ON cat (id);
""",
    "migrations/002_key_of_cats.sql": """\
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
ADVICE = "SET NOT NULL first, by way of a CHECK (… IS NOT NULL) that is validated"


@rule("LK206", "primary-key-on-nullable", Level.WARNING)
def primary_key_on_nullable(moment: Moment[AddConstraint]) -> Iterator[Found]:
    """Find a primary key that takes an index on columns that may be null."""
    constraint, table = moment.action.constraint, moment.action.object.owner
    relation = moment.relation(table)
    if constraint.kind != "primary key" or not constraint.using_index or not relation or not moment.is_in_use(table):
        return
    index = moment.catalog.indexes.get((table.schema, constraint.using_index))
    for name in index.columns if index else ():
        if name in relation.columns and not (is_never_null(relation, name) or is_proved_not_null(relation, name)):
            message = f"all rows of {table.shown} are read under a lock, since {name} may be null"
            yield moment.found(message, ADVICE, evidence="history", lock=LOCK)
            return
