"""Rows are inserted without ON CONFLICT, so that the file cannot be run twice.

The second run stops at the unique key; where there is none, it puts all rows in once more, and nothing tells the two
apart afterwards.

Write ON CONFLICT (key) DO NOTHING, or DO UPDATE where the values are to be what the file says. Without a unique key,
insert only what is not there, by INSERT … SELECT … WHERE NOT EXISTS (…), or delete the same rows before. Temporary
tables are no matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.actions.writing import Delete, Insert
from surefoot_lint.context import RoundTrip, actions_of
from surefoot_lint.finding import Found, Level
from surefoot_lint.repeating import is_made_unguarded, level_of, unrepeatable
from surefoot_lint.rule import rule

SETUP = "CREATE TABLE IF NOT EXISTS coat (name text PRIMARY KEY);"
BAD = "INSERT INTO coat (name) VALUES ('tabby'), ('tortoiseshell'); -- ← ID109"
GOOD = "INSERT INTO coat (name) VALUES ('tabby'), ('tortoiseshell') ON CONFLICT (name) DO NOTHING;"


@rule("ID109", "insert-without-conflict-clause", Level.ERROR)
def insert_without_conflict_clause(trip: RoundTrip) -> Iterator[Found]:
    """Find an INSERT that a second run does once more."""
    moving = set(_moving(trip))
    for one in unrepeatable(trip, Insert):
        table = one.action.object
        if not is_made_unguarded(trip, table) and id(one.statement) not in moving:
            message = f"a second run inserts the same rows into {table.shown} once more, or stops at them"
            advice = "ON CONFLICT (key) DO NOTHING or DO UPDATE, or SELECT … WHERE NOT EXISTS"
            yield trip.found(one.place, message, advice, object=table, level=level_of(trip))


def _moving(trip: RoundTrip) -> Iterator[int]:
    """List the statements that delete what they insert elsewhere: a second run finds nothing to move."""
    return (id(one.statement) for one in actions_of(trip.forward, Delete) if not one.action.in_block)
