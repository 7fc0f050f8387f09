"""Each kind of object: a change of it is noticed and named, and the same object made anew is the same."""

from __future__ import annotations

import psycopg
import pytest
from fix_catalog import CASES, EVERYTHING, Case

from surefoot.catalog import Identity, fingerprint, read_catalog
from surefoot.compare import Change, Difference, compare


def do(connection: psycopg.Connection, sql: str) -> None:
    if sql:
        connection.execute(sql.encode())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_change_is_noticed_and_named(connection: psycopg.Connection, case: Case) -> None:
    do(connection, case.given)
    without = read_catalog(connection)
    do(connection, case.make)
    made = read_catalog(connection)
    if case.drop:
        do(connection, case.drop)
        dropped = read_catalog(connection)
        assert Difference(case.kind, case.name, "missing", case.before, None) in compare(made, dropped)
        assert compare(without, dropped) == ()
        do(connection, case.make)
        assert read_catalog(connection) == made
    do(connection, case.change)
    changed = read_catalog(connection)
    change: Change = "missing" if case.after is None else "changed"
    found = compare(made, changed)
    assert Difference(case.kind, case.name, change, case.before, case.after) in found
    others = [str(one) for one in found if (one.kind, one.identity) != (case.kind, case.name)]
    assert others == list(case.also)
    assert made.fingerprint != changed.fingerprint == fingerprint(connection)


def test_no_kind_is_forgotten(supabase_url: str) -> None:
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        connection.execute(EVERYTHING.encode())
        found = read_catalog(connection)
    assert {case.kind for case in CASES} == {identity.kind for identity in found.objects} | {"security label"}
    assert Identity("column", "app.people.initial") in found.objects
