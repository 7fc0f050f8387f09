"""A table that is in use is moved: SET LOGGED, SET UNLOGGED, SET TABLESPACE, SET ACCESS METHOD.

All of it is copied under an ACCESS EXCLUSIVE lock, and nobody can read or write meanwhile. An unlogged table is empty
after a crash, and is not on replicas.

Make a new table of the kind that is wanted, write to both, copy the rows in small batches, and let code change over.
Say UNLOGGED or TABLESPACE when a table is made. An index is moved by making another one concurrently, in its place.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Change
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.locking import ACCESS_EXCLUSIVE, level_in
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS visit (id bigint PRIMARY KEY);"
BAD = "ALTER TABLE visit SET UNLOGGED; -- ← LK305"
GOOD = "CREATE UNLOGGED TABLE IF NOT EXISTS visit_of_today (id bigint PRIMARY KEY);"
LOCK = Lock(ACCESS_EXCLUSIVE, "reads and writes", "rewrite")
MOVED = {"persistence": "SET", "tablespace": "SET TABLESPACE", "access method": "SET ACCESS METHOD"}
ADVICE = "make a new table of that kind, write to both, and copy the rows in batches"


@rule("LK305", "storage-rewrite", Level.ERROR)
def storage_rewrite(moment: Moment[Change]) -> Iterator[Found]:
    """Find a table in use that is copied as a whole; a partitioned one holds nothing itself."""
    action = moment.action
    if action.aspect not in MOVED or moment.catalog.note(action.object, action.aspect) == action.value:
        return
    index = moment.catalog.index(action.object) if action.object.kind == "index" else None
    table = index.table if index else action.object
    known = moment.relation(table)
    is_empty = known is not None and bool(known.partitioned_by)
    if action.object.kind in ("table", "materialized view", "index") and moment.is_in_use(table) and not is_empty:
        words = f"{MOVED[action.aspect]} {action.value or ''}".rstrip()
        if action.aspect == "persistence":
            words = words.upper()
        message = f"{words} copies all of {action.object.shown} under a lock"
        yield moment.found(message, ADVICE, level=level_in(moment), lock=LOCK)
