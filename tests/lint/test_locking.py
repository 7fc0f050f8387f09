"""Which locks the linter says that statements take, and what servers did."""

from __future__ import annotations

from functools import cache

import pytest

from surefoot_lint.history import Catalog
from surefoot_lint.locking import CLOSING, locks_of
from surefoot_lint.locks.measured import CONFLICTS, read_measured
from surefoot_lint.locks.statements import Kind, read_statements
from surefoot_lint.read.scope import Path
from surefoot_lint.read.statement import read_statement
from surefoot_lint.replay import replay

STATEMENTS = read_statements()
STRENGTH = list(CONFLICTS)
TABLE = " "  # the names of indexes, views and sequences have their kind before them
# Tables that come along, which the linter leaves out: see locks_of().
COME_ALONG = {
    "ADD COLUMN of a partitioned table": {"visit_2023", "visit_2024"},
    "ADD COLUMN, REFERENCES": {"keeper"},
    "ADD COLUMN, REFERENCES and default": {"keeper"},
    "ADD FOREIGN KEY": {"cat"},
    "ADD FOREIGN KEY to a partitioned table": {"cat", "visit_2023", "visit_2024"},
    "ADD FOREIGN KEY … NOT VALID": {"cat"},
    "ADD FOREIGN KEY … NOT VALID to a partitioned table": {"cat", "visit_2023", "visit_2024"},
    "ATTACH PARTITION, with a default partition": {"stay_rest"},
    "CHECK of a domain": {"tag"},
    "CREATE INDEX on a partitioned table": {"visit_2023", "visit_2024"},
    "CREATE TABLE … PARTITION OF, with a default partition": {"stay_rest"},
    "CREATE TABLE … REFERENCES": {"cat"},
    "DETACH PARTITION, with a default partition": {"stay_rest"},
    "DROP COLUMN with a foreign key": {"keeper"},
    "DROP INDEX of a partitioned table": {"visit_2023", "visit_2024"},
    "DROP SCHEMA … CASCADE": {"attic.box"},
    "DROP TABLE": {"keeper", "vet"},
    "DROP a FOREIGN KEY": {"keeper"},
    "TRUNCATE … CASCADE": {"cat"},
    "VALIDATE the CHECK of a domain": {"tag"},
}
# They lock no table that others read and write.
GENTLE = [
    "ALTER TYPE coat RENAME TO fur",
    "ALTER VIEW keeper_name RENAME TO keeper_names",
    "CREATE OR REPLACE VIEW keeper_name AS SELECT id, name FROM keeper",
    "DROP VIEW keeper_name",
]


@cache
def world() -> tuple[Catalog, Path]:
    path, catalog = Path(), Catalog()
    for action in read_statement(STATEMENTS.world, path):
        replay(catalog, action)
    return catalog, path


def said(kind: Kind) -> dict[str, str]:
    """Give the strongest mode for each table."""
    made, path = world()
    catalog = made.copy()
    for action in read_statement(kind.before, path):
        replay(catalog, action)
    modes: dict[str, str] = {}
    for action in read_statement(kind.sql, path):
        for held in locks_of(action, catalog):
            modes[held.table.name] = max(held.mode, modes.get(held.table.name, held.mode), key=STRENGTH.index)
        replay(catalog, action)
    return modes


@pytest.mark.parametrize("kind", STATEMENTS.judged, ids=lambda kind: kind.name)
def test_locks_are_told_as_servers_take_them(kind: Kind) -> None:
    for measured in read_measured():
        if kind.since <= measured.major:
            closed = {one.name: one.mode for one in measured.kinds[kind.name] if one.mode in CLOSING}
            tables = {name: mode for name, mode in closed.items() if TABLE not in name}
            assert COME_ALONG.get(kind.name, set()) <= set(tables)
            left = {name: mode for name, mode in tables.items() if name not in COME_ALONG.get(kind.name, ())}
            assert said(kind) == left


def test_those_that_come_along_are_of_kinds_that_there_are() -> None:
    assert set(COME_ALONG) <= {kind.name for kind in STATEMENTS.kinds}


@pytest.mark.parametrize("statement", GENTLE)
def test_what_is_about_no_table_locks_none(statement: str) -> None:
    assert said(Kind(name="", sql=statement)) == {}
