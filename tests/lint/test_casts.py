"""Which changes of type write a table anew: what we say, and what a server does."""

from __future__ import annotations

import psycopg
import pytest

from surefoot_lint.actions.changing import ChangeType
from surefoot_lint.casts import rewrites
from surefoot_lint.objects import Type
from surefoot_lint.read.scope import Path
from surefoot_lint.read.statement import read_statement

KEPT = [
    ("varchar(20)", "varchar(50)"),
    ("varchar(20)", "varchar"),
    ("varchar(20)", "text"),
    ("text", "varchar"),
    ("text", "bpchar"),
    ("varchar(20)", "bpchar"),
    ("numeric(10, 2)", "numeric(14, 2)"),
    ("numeric(10, 2)", "numeric"),
    ("numeric(10)", "decimal(12, 0)"),
    ("timestamptz(3)", "timestamptz"),
    ("timestamp", "timestamp(6)"),
    ("time(2)", "time(3)"),
    ("interval(0)", "interval"),
    ("bit varying(4)", "bit varying(8)"),
    ("bit varying(4)", "bit varying"),
    ("bit(4)", "bit varying"),
    ("cidr", "inet"),
    ("xml", "text"),
    ("integer", "oid"),
    ("int4", "integer"),
    ("bigint[]", "int8[]"),
    ("varchar(10)[]", "varchar[]"),
]
WRITTEN = [
    ("integer", "bigint"),
    ("bigint", "integer"),
    ("real", "double precision"),
    ("varchar(20)", "varchar(10)"),
    ("varchar", "varchar(100)"),
    ("text", "varchar(100)"),
    ("varchar(20)", "char(20)"),
    ("char(5)", "char(10)"),
    ("char(5)", "text"),
    ("char(5)", "varchar(5)"),
    ("numeric(10, 2)", "numeric(14, 4)"),
    ("numeric(10, 2)", "numeric(8, 2)"),
    ("numeric(10, 2)", "numeric(12)"),
    ("numeric", "numeric(12, 2)"),
    ("timestamp", "timestamp(3)"),
    ("timestamptz(3)", "timestamptz(0)"),
    ("timestamp", "date"),
    ("date", "timestamp"),
    ("bit(4)", "bit(8)"),
    ("bit(4)", "bit varying(4)"),
    ("bit varying(4)", "bit varying(2)"),
    ("inet", "cidr"),
    ("json", "jsonb"),
    ("json", "text"),
    ("uuid", "text"),
    ("name", "text"),
    ("text", '"char"'),
    ("integer[]", "bigint[]"),
    ("varchar(10)[]", "varchar(20)[]"),
    ("varchar(10)[]", "text[]"),
]
ZONES = [
    ("timestamp", "timestamptz", False),
    ("timestamptz(3)", "timestamp(3)", True),
    ("timestamptz", "timestamp", False),
    ("timestamp", "timestamptz(3)", True),
    ("timestamp(3)", "timestamptz", False),
    ("timestamp", "timestamptz(6)", False),
]
CASES = [(*pair, False) for pair in KEPT] + [(*pair, True) for pair in WRITTEN]


def type_of(text: str) -> Type:
    (action,) = read_statement(f"ALTER TABLE t ALTER a TYPE {text}", Path())
    assert isinstance(action, ChangeType)
    return action.type


def is_rewritten(url: str, old: str, new: str, zone: str) -> bool:
    with psycopg.connect(url) as connection:
        connection.execute("SELECT set_config('timezone', %s, false)", [zone])
        connection.execute(f"CREATE TEMP TABLE t (a {old})".encode())
        before = connection.execute("SELECT pg_relation_filenode('t')").fetchone()
        connection.execute(f"ALTER TABLE t ALTER a TYPE {new} USING a::{new}".encode())
        return connection.execute("SELECT pg_relation_filenode('t')").fetchone() != before


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_rewrite_is_told_as_the_server_does_it(old: str, new: str, expected: bool, database_url: str) -> None:
    assert rewrites(type_of(old), type_of(new)) is expected
    assert is_rewritten(database_url, old, new, "Europe/Berlin") is expected


@pytest.mark.parametrize(("old", "new", "expected"), ZONES)
def test_times_are_stored_alike_in_utc(old: str, new: str, expected: bool, database_url: str) -> None:
    assert rewrites(type_of(old), type_of(new), in_utc=True) is expected
    assert is_rewritten(database_url, old, new, "UTC") is expected
    assert rewrites(type_of(old), type_of(new))
    assert is_rewritten(database_url, old, new, "Europe/Berlin")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Type("mood"), Type("mood", schema="public"), False),
        (Type("mood", schema="app"), Type("mood"), True),
        (Type("citext"), Type("text"), False),
        (Type("vector", modifiers=("3",)), Type("vector", modifiers=("4",)), True),
        (Type("vector", modifiers=("3",)), Type("vector"), False),
    ],
)
def test_types_that_a_server_may_lack(old: Type, new: Type, expected: bool) -> None:
    assert rewrites(old, new) is expected
