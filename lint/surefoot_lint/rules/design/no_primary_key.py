"""A table has no primary key at the end of the migration that makes it.

Nothing tells its rows apart: one that went in twice stays twice, and no UPDATE or DELETE can mean just one of them.
Logical replication refuses UPDATE and DELETE on it, and no foreign key can point to it.

Add a key: columns that tell the rows apart, or `id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`. Temporary and
unlogged tables, partitions, copies (CREATE TABLE AS, LIKE) and children by INHERITS are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from surefoot_lint.context import RoundTrip
from surefoot_lint.finding import Found, Level
from surefoot_lint.rule import rule
from surefoot_lint.tables import tables_made

BAD = "CREATE TABLE IF NOT EXISTS cat (name text NOT NULL); -- ← SD101"
GOOD = "CREATE TABLE IF NOT EXISTS cat (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);"


@rule("SD101", "no-primary-key", Level.WARNING)
def no_primary_key(trip: RoundTrip) -> Iterator[Found]:
    """Find new tables without a key; quiet where one may be made that cannot be read."""
    if trip.is_unread:
        return
    for table in tables_made(trip):
        action, relation = table.made.action, table.relation
        is_copy = not action.columns or action.like or action.inherits or action.partition_of
        if relation.primary_key or is_copy or action.unlogged or relation.partition_of:
            continue
        message = f"{relation.object.shown} has no primary key"
        yield trip.found(table.made.place, message, "add a primary key", object=relation.object)
