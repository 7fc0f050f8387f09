"""UPDATE changes all rows of a table that was there before.

Where the condition was forgotten, the old values are lost in every row. Where all rows are meant, each is written anew
in one transaction: every writer to the table waits for its end, and the table doubles in size until it is vacuumed.

Say in WHERE which rows are meant, and which are done already: a second run then does nothing. Change many rows in
portions. A column that this migration added holds nothing that could be lost; of that, DM103 says more.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import AddColumn
from surefoot_lint.actions.writing import Update
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.objects import Expression
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, is_fed boolean);"
BAD = "UPDATE cat SET is_fed = false; -- ← DM101"
GOOD = "UPDATE cat SET is_fed = false WHERE is_fed IS NULL;"


def chooses(where: Expression | None) -> bool:
    """Tell whether a condition leaves any row out."""
    return where is not None and where.literal != "true" and not (where.is_constant and where.operators == ("=",))


@rule("DM101", "update-without-where", Level.WARNING)
def update_without_where(moment: Moment[Update]) -> Iterator[Found]:
    """Find UPDATE of all rows, in tables and columns that this migration did not make."""
    action = moment.action
    if moment.is_rollback or moment.is_new(action.object) or chooses(action.where):
        return
    added = {one.action.column.name for one in moment.earlier(AddColumn) if _is_of(one.action, action)}
    if not added.issuperset(action.columns):
        message = f"all rows of {action.object.shown} are changed"
        yield moment.found(message, "say in WHERE which rows are meant")


def _is_of(added: AddColumn, update: Update) -> bool:
    return added.object[1:3] == update.object[1:3]
