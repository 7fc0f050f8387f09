"""On PostgreSQL 15 too, a draft makes and drops one of everything in an order that works."""

from __future__ import annotations

import psycopg
from fix_catalog import EVERYTHING

from surefoot.catalog import Catalog, read_catalog
from surefoot.compare import compare
from surefoot.drafting.draft import draft
from surefoot.drafting.schema import Schema, read_schema


def look(connection: psycopg.Connection) -> tuple[Catalog, Schema]:
    catalog = read_catalog(connection)
    return catalog, read_schema(connection, catalog, "surefoot")


def left_by_hand(connection: psycopg.Connection, wanted: tuple[Catalog, Schema]) -> set[str]:
    """Run a draft as it is, and give what differs then; the draft must have left all of it to a person."""
    live = look(connection)
    text = draft(compare(wanted[0], live[0]), wanted[1], live[1])
    connection.execute(text.encode())
    left = compare(wanted[0], read_catalog(connection))
    assert not [one for one in left if f"-- by hand: {one.kind} {one.identity} " not in text]
    return {one.kind for one in left}


def test_one_of_everything(supabase_url: str) -> None:
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        without = look(connection)
        connection.execute(EVERYTHING.encode())
        everything = look(connection)
        connection.execute("DROP TYPE app.base CASCADE; DROP TYPE app.shell")
        assert left_by_hand(connection, without) == set()
        left = left_by_hand(connection, everything)
    assert left == {
        *("type", "function", "server", "user mapping", "grant", "foreign table", "column", "constraint"),
        *("operator class", "operator family"),
    }
