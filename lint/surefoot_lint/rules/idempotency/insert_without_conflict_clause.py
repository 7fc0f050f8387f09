"""Rows are inserted without ON CONFLICT, so that the file cannot be run twice.

The second run stops at the unique key; where there is none, it puts all rows in once more, and nothing tells the two
apart afterwards.

Write ON CONFLICT (key) DO NOTHING, or DO UPDATE where the values are to be what the file says. Without a unique key,
insert only what is not there, by INSERT … SELECT … WHERE NOT EXISTS (…), or delete the same rows before. Temporary
tables are no matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions import Delete, Insert
from surefoot_lint.context import Located, RoundTrip, actions_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.repeating import is_made_unguarded, level_of, unrepeatable
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS coat (name text PRIMARY KEY);"
BAD = "INSERT INTO coat (name) VALUES ('tabby'), ('tortoiseshell'); -- ← ID109"
GOOD = "INSERT INTO coat (name) VALUES ('tabby'), ('tortoiseshell') ON CONFLICT (name) DO NOTHING;"


@rule("ID109", "insert-without-conflict-clause", Level.ERROR)
def insert_without_conflict_clause(trip: RoundTrip) -> Iterator[Found]:
    """Find an INSERT that a second run does once more."""
    for one in unrepeatable(trip, Insert):
        table = one.action.object
        if not is_made_unguarded(trip, table) and not _moves(trip, one):
            message = f"a second run inserts the same rows into {table.shown} once more, or stops at them"
            advice = "ON CONFLICT (key) DO NOTHING or DO UPDATE, or SELECT … WHERE NOT EXISTS"
            yield trip.found(one.place, message, advice, object=table, level=level_of(trip))


def _moves(trip: RoundTrip, insert: Located[Insert]) -> bool:
    """Tell whether its statement deletes what it inserts elsewhere: a second run finds nothing to move."""
    same = (one for one in actions_of(trip.forward, Delete) if one.statement is insert.statement)
    return any(not one.action.in_block for one in same)
