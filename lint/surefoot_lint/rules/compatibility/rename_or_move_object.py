"""A view, function, type, sequence, schema, role or label of an enum is renamed, or something is moved to another
schema.

Code that is still running asks for the old name and fails: 42P01 for a view, 42883 for a function, 22P02 for a label.
Bodies of functions name what they use as text, and fail as well.

Make the new one beside the old one, and drop the old one once no code uses it; an enum takes a second label by
ALTER TYPE … ADD VALUE. Names of indexes, constraints, triggers and policies are no matter: code does not use them.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Rename
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = "CREATE OR REPLACE FUNCTION purr() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'purr' $$;"
BAD = "ALTER FUNCTION purr() RENAME TO meow; -- ← BC103"
GOOD = "CREATE OR REPLACE FUNCTION meow() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'meow' $$;"
USED = frozenset(
    {
        "aggregate", "collation", "database", "domain", "enum value", "extension", "foreign table", "function",
        "materialized view", "operator", "procedure", "role", "routine", "schema", "sequence", "server", "table",
        "text search configuration", "type", "view",
    }
)  # fmt: skip
TABLES = frozenset({"table", "foreign table"})


@rule("BC103", "rename-or-move-object", Level.WARNING)
def rename_or_move_object(moment: Moment[Rename]) -> Iterator[Found]:
    """Find the renaming of what code uses by name, but for tables and columns, and what is moved."""
    of, to = moment.action.object, moment.action.to
    is_moved = of.schema != to.schema
    if moment.is_rollback or of.kind not in USED or (of.kind in TABLES and not is_moved) or moment.is_made_here(of):
        return
    becomes = f"moves to schema {to.schema}" if is_moved else f"becomes {to.part or to.shown}"
    if of.kind == "enum value":
        becomes = f"becomes '{to.part}'"
    message = f"code that is running asks for {of}, which {becomes}"
    yield moment.found(message, "make the new one beside it, and drop the old one later")
