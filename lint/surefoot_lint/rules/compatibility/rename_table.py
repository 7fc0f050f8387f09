"""A table is renamed that was there before.

Code that is still running asks for the old name, and fails with 42P01 (undefined_table) from that moment until the
last of it is replaced.

Make a view of the old name in the same migration: PostgreSQL lets simple views be written to, so that old code goes on
as before. This rule then warns only, since the view has to be dropped some day, and since ON CONFLICT, foreign keys
and LOCK know a view from a table. Or leave the name in the database as it is, and map it in the code.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Rename
from surefoot_lint.actions.creating import CreateTable, CreateView
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Object
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);"
BAD = "ALTER TABLE IF EXISTS cat RENAME TO feline; -- ← BC102"
GOOD = "CREATE OR REPLACE VIEW feline WITH (security_invoker = true) AS SELECT id, name FROM cat;"


@rule("BC102", "rename-table", Level.ERROR)
def rename_table(moment: Moment[Rename]) -> Iterator[Found]:
    """Find the renaming of tables that this migration did not make."""
    of, to = moment.action.object, moment.action.to
    if moment.is_rollback or of.kind not in ("table", "foreign table") or of.schema != to.schema:
        return
    if not moment.is_new(of):
        level = Level.WARNING if _is_there_again(moment, of) else None
        message = f"code that is running asks for {of.shown}, which becomes {to.shown}"
        yield moment.found(message, f"make a view {of.shown} in the same migration", level=level)


def _is_there_again(moment: Moment[Rename], of: Object) -> bool:
    """Tell whether something of the old name is there at the end."""
    made = any(moment.later(CreateView, lambda one: one.object[1:3] == of[1:3])) or any(
        moment.later(CreateTable, lambda one: one.object[1:3] == of[1:3])
    )
    return made or any(moment.later(Rename, lambda one: one.to[1:3] == of[1:3] and one.to.part is None))
