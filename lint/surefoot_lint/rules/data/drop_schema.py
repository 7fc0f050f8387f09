"""A schema is dropped that was there before.

With CASCADE all that is in it goes: tables with their rows, functions, types, and what depends on them in other
schemas. Without CASCADE the server refuses unless the schema is empty; code that names it fails either way.

Drop what is in it by name, table by table, each when no code uses it any longer; the empty schema last.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.changing import Drop
from surefoot_lint.context import Moment
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule

SETUP = """\
CREATE SCHEMA IF NOT EXISTS cattery;
CREATE TABLE IF NOT EXISTS cattery.cat (id bigint PRIMARY KEY);
"""
BAD = "DROP SCHEMA IF EXISTS cattery CASCADE; -- ← DL103"
GOOD = "CREATE TABLE IF NOT EXISTS cattery.kitten (id bigint PRIMARY KEY);"


@rule("DL103", "drop-schema", Level.ERROR)
def drop_schema(moment: Moment[Drop]) -> Iterator[Found]:
    """Find the drop of schemas that this migration did not make; a warning where they must be empty."""
    action = moment.action
    if moment.is_rollback or action.object.kind != "schema" or moment.is_made_here(action.object):
        return
    if action.cascade:
        message = f"schema {action.object.shown} is dropped with all that is in it"
        yield moment.found(message, "drop what is in it by name, and the empty schema last")
    else:
        message = f"schema {action.object.shown} is dropped, which code may still name"
        yield moment.found(message, "release code that does without it first", level=Level.WARNING)
