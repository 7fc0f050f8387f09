"""One migration makes a new column or table, moves data to it, and drops the old one.

Whatever the order of release, code is left without its column: old code from this moment on, new code until it. There
is no moment at which both run, and none at which one could go back. What old code writes while the data is moved
waits, and then fails.

Use three releases. Expand: add the new one; code writes both. Move: copy the rows in portions; code reads the new one.
Contract: drop the old one in a migration of its own, when no code uses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.actions.creating import AddColumn, CreateTable
from surefoot_lint.actions.writing import Insert, Update
from surefoot_lint.context import Located, Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, tag text);"
BAD = """\
ALTER TABLE cat ADD COLUMN IF NOT EXISTS chip text;
UPDATE cat SET chip = tag WHERE chip IS NULL;
ALTER TABLE cat DROP COLUMN IF EXISTS tag; -- ← BC309
"""
GOOD = "ALTER TABLE cat ADD COLUMN IF NOT EXISTS chip text;"


@rule("BC309", "expand-and-contract-together", Level.WARNING)
def expand_and_contract_together(moment: Moment[Drop]) -> Iterator[Found]:
    """Find the drop of a column or table whose data this migration has moved to one that it made."""
    old = moment.action.object
    if moment.is_rollback or moment.is_made_here(old):
        return
    new = _successor_of_column(moment, old) if old.kind == "column" else _successor_of_table(moment, old)
    if new:
        message = f"{old.shown} is dropped in the migration that makes {new.shown} of it"
        yield moment.found(message, f"drop {old.shown} in a later migration, when no code uses it")


def _successor_of_column(moment: Moment[Drop], old: Object) -> Object | None:
    """Find a column of the same table that was added, and filled from the old one."""
    added = {one.action.column.name: one.action.object for one in moment.earlier(AddColumn) if _is_of(one, old)}
    for update in moment.earlier(Update, lambda one: one.object[1:3] == old[1:3]):
        if _says(update.statement.text, old.part):
            return next((added[name] for name in update.action.columns if name in added), None)
    return None


def _is_of(added: Located[AddColumn], old: Object) -> bool:
    return added.action.object[1:3] == old[1:3]


def _successor_of_table(moment: Moment[Drop], old: Object) -> Object | None:
    """Find a table that was made, and filled from the old one."""
    if old.kind != "table":
        return None
    for made in moment.earlier(CreateTable, lambda one: one.filled and not one.object.is_temporary):
        if moment.is_new(made.action.object) and _says(made.statement.text, old.name):
            return made.action.object
    for insert in moment.earlier(Insert, lambda one: not one.object.is_temporary and moment.is_new(one.object)):
        if any(read[1:3] == old[1:3] for read in insert.action.reads):
            return insert.action.object
    return None


def _says(text: str, word: str | None) -> bool:
    return re.search(rf"\b{re.escape(str(word))}\b", text) is not None
