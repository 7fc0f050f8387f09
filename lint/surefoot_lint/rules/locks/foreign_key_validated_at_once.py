"""A foreign key is added to a table that is in use, and tested on all its rows at once.

ADD FOREIGN KEY takes a SHARE ROW EXCLUSIVE lock on both tables: nobody can write to either, until each row of the one
is looked up in the other. Reads go on.

Add it as NOT VALID, which is instant and holds for all new rows; VALIDATE CONSTRAINT in a migration after that, which
lets reads and writes go on. On a partitioned table before PostgreSQL 18 do both on each partition first; the foreign
key on the parent then finds them, and tests nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddConstraint
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import SHARE_ROW_EXCLUSIVE, is_partitioned, level_in
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS keeper (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, keeper_id bigint);
CREATE INDEX IF NOT EXISTS cat_keeper_id_idx ON cat (keeper_id);
"""
BAD = """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_keeper_fkey;
ALTER TABLE cat ADD CONSTRAINT cat_keeper_fkey FOREIGN KEY (keeper_id) REFERENCES keeper (id); -- ← LK201
"""
GOOD = """\
ALTER TABLE cat DROP CONSTRAINT IF EXISTS cat_keeper_fkey;
ALTER TABLE cat ADD CONSTRAINT cat_keeper_fkey FOREIGN KEY (keeper_id) REFERENCES keeper (id) NOT VALID;
"""
LOCK = Lock(SHARE_ROW_EXCLUSIVE, "writes", "scan")
ADVICE = "add it as NOT VALID, and VALIDATE CONSTRAINT in a migration after this one"
OF_PARTITIONS = "add it to each partition first, NOT VALID, and VALIDATE it; then to the parent"
NOT_VALID_ON_PARENTS = 18


@rule("LK201", "foreign-key-validated-at-once", Level.ERROR)
def foreign_key_validated_at_once(moment: Moment[AddConstraint]) -> Iterator[Found]:
    """Find a foreign key on a table in use that is not NOT VALID."""
    constraint, table = moment.action.constraint, moment.action.object.owner
    if constraint.kind != "foreign key" or not constraint.valid or not moment.is_in_use(table):
        return
    other = f" and {constraint.references.shown}" if constraint.references else ""
    message = f"writes to {table.shown}{other} wait until each row of {table.shown} is looked up"
    needs_parts = moment.postgres < NOT_VALID_ON_PARENTS and is_partitioned(moment, table)
    yield moment.found(message, OF_PARTITIONS if needs_parts else ADVICE, level=level_in(moment), lock=LOCK)
