"""CREATE OR REPLACE VIEW leaves out, renames or reorders columns that the view has.

PostgreSQL lets a view get new columns at its end and nothing else: it refuses the statement with 42P16
(invalid_table_definition), and the migration fails. A rollback that takes a column out of a view in this way fails too.

Drop the view and make it again in the same migration, with its grants and comments; or use ALTER VIEW … RENAME COLUMN.
Code that is still running misses the column in either case.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.creating import CreateView
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = """\
CREATE TABLE IF NOT EXISTS cat (id bigint PRIMARY KEY, name text);
CREATE OR REPLACE VIEW named WITH (security_invoker = true) AS SELECT id, name FROM cat;
"""
BAD = "CREATE OR REPLACE VIEW named WITH (security_invoker = true) AS SELECT name FROM cat; -- ← BC308"
BAD_ERROR = "42P16"
GOOD = """\
CREATE OR REPLACE VIEW named WITH (security_invoker = true) AS SELECT id, name, upper(name) AS loud FROM cat;
"""


@rule("BC308", "view-columns-incompatible", Level.ERROR)
def view_columns_incompatible(moment: Moment[CreateView]) -> Iterator[Found]:
    """Find views whose old columns are not the first of the new ones; in rollbacks too, which fail alike."""
    action = moment.action
    relation = moment.relation(action.object)
    if not action.guard.replace or relation is None or relation.view is None or not relation.is_whole:
        return
    old, new = tuple(relation.columns), action.columns
    if new is None or new[: len(old)] == old:
        return
    gone = [name for name in old if name not in new]
    how = f"leaves out {', '.join(gone)}" if gone else "has its columns in another order"
    message = f"view {action.object.shown} {how}, which CREATE OR REPLACE VIEW cannot do"
    yield moment.found(message, "drop the view and make it again", evidence="history")
