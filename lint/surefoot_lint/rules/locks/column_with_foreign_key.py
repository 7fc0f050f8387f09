"""A column with REFERENCES is added to a table that is in use.

Without a default no row has a value yet, and nothing is looked up; but ALTER TABLE takes ACCESS EXCLUSIVE on the one
table and SHARE ROW EXCLUSIVE on the other, so it waits for the queries on both. With a default, even NULL, each row is
looked up under these locks: that is an error.

Add the column, without default. Add the foreign key as NOT VALID, and VALIDATE it in a migration after that.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddColumn
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, level_in
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS keeper (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
"""
BAD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS keeper_id bigint REFERENCES keeper (id); -- ← LK202"
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_add_keeper.sql, irreversible: an example}
  - {file: 003_index_keeper.sql, transaction: false, irreversible: an example}
  - {file: 004_refer_to_keeper.sql, irreversible: an example}
  - {file: 005_validate_keeper.sql, irreversible: an example}
""",
    "migrations/001_create_cats.sql": SETUP,
    "migrations/002_add_keeper.sql": "ALTER TABLE cat ADD COLUMN IF NOT EXISTS keeper_id bigint;",
    "migrations/003_index_keeper.sql": """\
DROP INDEX CONCURRENTLY IF EXISTS cat_keeper_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS cat_keeper_id_idx ON cat (keeper_id);
""",
    "migrations/004_refer_to_keeper.sql": """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_keeper_id_fkey;
ALTER TABLE cat ADD CONSTRAINT cat_keeper_id_fkey FOREIGN KEY (keeper_id) REFERENCES keeper (id) NOT VALID;
""",
    "migrations/005_validate_keeper.sql": "ALTER TABLE cat VALIDATE CONSTRAINT cat_keeper_id_fkey;",
}
INSTANT = Lock(ACCESS_EXCLUSIVE, "reads and writes", "instant")
SCAN = Lock(ACCESS_EXCLUSIVE, "reads and writes", "scan")
ADVICE = "add the column without default, then the foreign key as NOT VALID, and VALIDATE it in a migration after that"


@rule("LK202", "column-with-foreign-key", Level.INFORMATION)
def column_with_foreign_key(moment: Moment[AddColumn]) -> Iterator[Found]:
    """Find a column with REFERENCES that is added to a table in use."""
    column, table = moment.action.column, moment.action.object.owner
    key = column.has("foreign key")
    if key is None or not moment.is_in_use(table):
        return
    other = f" and {key.references.shown}" if key.references else ""
    if column.default or column.identity or column.type.serial:
        message = (
            f"the default of {moment.action.object.shown} is looked up for each row, while {table.shown} is closed"
        )
        level = level_in(moment) or Level.ERROR
        yield moment.found(message, ADVICE, level=level, lock=SCAN)
    else:
        yield moment.found(f"both {table.shown}{other} are locked for a moment", ADVICE, lock=INSTANT)
