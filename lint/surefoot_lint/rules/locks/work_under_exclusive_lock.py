"""Rows are read or written at length while the migration holds an ACCESS EXCLUSIVE lock.

A lock is held to the end of the transaction. After ALTER TABLE nobody can read the table, until the UPDATE, the index
or the VALIDATE that follows is done too, whichever table that is about: what takes an instant then takes minutes.

Put the work into a migration of its own, before the one that takes the lock, or after it. Rows that are found by their
key are no matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop, Validate
from surefoot_lint.actions.creating import CreateIndex
from surefoot_lint.actions.writing import Delete, Insert, Merge, Update
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.history import Catalog
from surefoot_lint.locking import ACCESS_EXCLUSIVE, is_own, locks_of
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

CREATE = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
SETUP = CREATE
BAD = """\
ALTER TABLE cat ADD COLUMN IF NOT EXISTS loud_name text;
UPDATE cat SET loud_name = upper(name) WHERE loud_name IS NULL; -- ← LK401
"""
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_add_loud_names.sql, irreversible: an example}
  - {file: 003_fill_loud_names.sql, irreversible: an example}
""",
    "migrations/001_create_cats.sql": CREATE,
    "migrations/002_add_loud_names.sql": "ALTER TABLE cat ADD COLUMN IF NOT EXISTS loud_name text;",
    "migrations/003_fill_loud_names.sql": "UPDATE cat SET loud_name = upper(name) WHERE loud_name IS NULL;",
}
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "scan")
ADVICE = "put it into a migration of its own, before or after the one that takes the lock"
Work = Update | Delete | Insert | Merge | CreateIndex | Validate


@rule("LK401", "work-under-exclusive-lock", Level.WARNING)
def work_under_exclusive_lock(
    moment: Moment[Update | Delete | Insert | Merge | CreateIndex | Validate],
) -> Iterator[Found]:
    """Find work that takes long while a table in use is closed; a rollback has but one file for both."""
    if moment.is_rollback or not moment.in_transaction or not (work := _work(moment)):
        return
    if closed := _closed(moment):
        message = f"{closed.shown} stays closed to readers, too, until {work} is done"
        yield moment.found(message, ADVICE, lock=LOCK)


def _work(moment: Moment[Work]) -> str | None:
    """Say what is done at length; none for a table that is new, and for rows that are found by their key."""
    action = moment.action
    if isinstance(action, CreateIndex):
        return None if moment.is_new(action.table) or action.concurrently else f"index {action.object.shown}"
    if isinstance(action, Validate):
        return None if moment.is_new(action.object) else f"VALIDATE of {action.object.part}"
    if isinstance(action, Insert | Merge):
        read = next((one for one in action.reads if not _is_small(moment, one)), None)
        return f"reading {read.shown}" if read else None
    if _is_small(moment, action.object) or _is_by_key(moment.catalog, action):
        return None
    return f"{'UPDATE' if isinstance(action, Update) else 'DELETE'} of {action.object.shown}"


def _is_small(moment: Moment[Work], table: Object) -> bool:
    """Tell whether a table is new, or of the catalog."""
    return table.schema in ("pg_catalog", "information_schema") or moment.is_new(table)


def _is_by_key(catalog: Catalog, action: Update | Delete) -> bool:
    """Tell whether WHERE names the rows by the values of a key."""
    relation, where = catalog.relation(action.object), action.where
    if relation is None or where is None or where.relations or not where.values or set(where.operators) - {"="}:
        return False
    keys = [set(one.columns) for one in relation.constraints.values() if one.kind in ("primary key", "unique")]
    keys += [set(index.columns) for index in catalog.indexes_on(action.object) if index.unique]
    return " or " not in where.text.lower() and any(key and key <= set(where.columns) for key in keys)


def _closed(moment: Moment[Work]) -> Object | None:
    """Find the first table in use that was closed before in this file, and is still there."""
    for located in moment.walk.earlier:
        if isinstance(located.action, Drop) and located.action.object.kind == "table":
            continue
        for held in locks_of(located.action, moment.catalog):
            if held.mode == ACCESS_EXCLUSIVE and not is_own(moment, held.table):
                return held.table
    return None
