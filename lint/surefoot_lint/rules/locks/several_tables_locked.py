"""One migration closes several tables that are in use, and holds all their locks to its end.

ALTER TABLE, CREATE POLICY, TRUNCATE and their like take an ACCESS EXCLUSIVE lock, triggers and foreign keys a SHARE ROW
EXCLUSIVE one. While the migration waits for the second table, the first stays closed. And whoever takes the two in
the other order deadlocks with it: PostgreSQL then ends one of them.

Make a migration of each table. A rollback is not judged by this: it has to undo what its migration did.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import Rename
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, SHARE_ROW_EXCLUSIVE, is_own, locks_of
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

CREATE = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS keeper (id bigint PRIMARY KEY);
"""
SETUP = CREATE
BAD = """\
ALTER TABLE cat ADD COLUMN IF NOT EXISTS note text;
ALTER TABLE keeper ADD COLUMN IF NOT EXISTS note text; -- ← LK402
"""
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_note_cats.sql, irreversible: an example}
  - {file: 003_note_keepers.sql, irreversible: an example}
""",
    "migrations/001_create_cats.sql": CREATE,
    "migrations/002_note_cats.sql": "ALTER TABLE cat ADD COLUMN IF NOT EXISTS note text;",
    "migrations/003_note_keepers.sql": "ALTER TABLE keeper ADD COLUMN IF NOT EXISTS note text;",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "instant")
MODES = (ACCESS_EXCLUSIVE, SHARE_ROW_EXCLUSIVE)
ADVICE = "make a migration of each table"


@rule("LK402", "several-tables-locked", Level.WARNING)
def several_tables_locked(moment: Moment[Action]) -> Iterator[Found]:
    """Find the second table in use that a migration locks; those after it are the same matter."""
    tables = list(_closed(moment, moment.action))
    if not tables or moment.is_rollback or not moment.in_transaction:
        return
    before = [table for one in moment.walk.earlier for table in _closed(moment, one.action)]
    names = _first_names(moment)
    table, locked = names.get(tables[0], tables[0]), {names.get(one, one) for one in before}
    if len(locked) == 1 and table not in locked:
        message = f"{table.shown} is locked while {before[0].shown} is: both stay so to the end of the migration"
        yield moment.found(message, ADVICE, lock=LOCK)


def _first_names(moment: Moment[Action]) -> dict[Object, Object]:
    """Map the tables that this file has renamed to their names of before."""
    names: dict[Object, Object] = {}
    for located in moment.earlier(Rename):
        if located.action.object.kind == "table":
            names[located.action.to] = names.get(located.action.object, located.action.object)
    return names


def _closed(moment: Moment[Action], action: Action) -> Iterator[Object]:
    """List the tables in use that an action closes to writers, or to all; one that is attached is in no use yet."""
    for held in locks_of(action, moment.catalog):
        if held.mode in MODES and held.table != getattr(action, "partition", None) and not is_own(moment, held.table):
            yield held.table._replace(kind="table")
