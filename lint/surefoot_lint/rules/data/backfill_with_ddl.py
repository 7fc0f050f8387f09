"""Rows of a table in use are updated in the transaction that also changes the table by ALTER TABLE.

ALTER TABLE takes ACCESS EXCLUSIVE and keeps it to the end of the transaction: nobody can even read the table while
the rows are written. The other way round, ALTER TABLE waits with all row locks in hand, and may be refused because of
pending triggers (55006). Both undo each other's work when one fails.

Use three migrations: ALTER TABLE alone, which is instant; then the rows, in portions; then what rests on them, such as
VALIDATE CONSTRAINT. An UPDATE of one row by its key is no matter, nor is a table that this migration made.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.action import Action
from surefoot_lint.actions.changing import ChangeType, Drop, Rename, SetDefault, SetNullable
from surefoot_lint.actions.creating import AddColumn, AddConstraint
from surefoot_lint.actions.writing import Update
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level, Lock
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule
from surefoot_lint.uniqueness import is_unique

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = """\
ALTER TABLE cat ADD COLUMN IF NOT EXISTS slug text;
UPDATE cat SET slug = lower(name) WHERE slug IS NULL; -- ← DM103
"""
GOOD = {
    "manifest.yaml": """\
surefoot: 1
name: cattery
postgres: 15
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_create_cats.sql, irreversible: an example}
  - {file: 002_add_slug.sql, irreversible: an example}
  - {file: 003_fill_slug.sql, irreversible: an example}
""",
    "migrations/001_create_cats.sql": "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);",
    "migrations/002_add_slug.sql": "ALTER TABLE cat ADD COLUMN IF NOT EXISTS slug text;",
    "migrations/003_fill_slug.sql": "UPDATE cat SET slug = lower(name) WHERE slug IS NULL;",
}
# What takes ACCESS EXCLUSIVE on a table (manual: sql-altertable); a foreign key, VALIDATE and ATTACH take less.
ALTERING = (AddColumn, AddConstraint, ChangeType, SetDefault, SetNullable, Drop, Rename)
OF_TABLES = ("table", "column", "constraint")
LOCK = Lock("ACCESS EXCLUSIVE", "reads and writes", "scan")


@rule("DM103", "backfill-with-ddl", Level.WARNING)
def backfill_with_ddl(moment: Moment[Update]) -> Iterator[Found]:
    """Find UPDATE beside ALTER TABLE of the same table, in one transaction."""
    action = moment.action
    table = action.object
    if moment.is_rollback or not moment.in_transaction or not moment.is_in_use(table) or _is_one_row(moment):
        return
    if any(_alters(other, table) for other in moment.others(Action)):
        message = f"rows of {table.shown} are updated in the transaction that alters the table"
        yield moment.found(message, "alter the table and update its rows in two migrations", lock=LOCK)


def _alters(action: Action, table: Object) -> bool:
    if not isinstance(action, ALTERING) or action.object.kind not in OF_TABLES or action.object[1:3] != table[1:3]:
        return False
    if isinstance(action, AddConstraint):
        return action.constraint.kind != "foreign key"
    return not (isinstance(action, Drop) and action.object.kind == "table")


def _is_one_row(moment: Moment[Update]) -> bool:
    """Tell whether the rows are chosen by their key, one by one."""
    where = moment.action.where
    if where is None or where.relations or where.functions or set(where.operators) != {"="}:
        return False
    return is_unique(moment.catalog, moment.action.object, where.columns)
