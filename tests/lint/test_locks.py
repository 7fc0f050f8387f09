"""The kinds of statements whose locks are measured: what the rules find in them, and the pages that quote them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_rule import write

from surefoot_lint.finding import Duration
from surefoot_lint.linter import lint
from surefoot_lint.locks.measured import CONFLICTS, Measured, Touched, blocked_by, read_measured, write_measured
from surefoot_lint.locks.page import locks_page, measured_for
from surefoot_lint.locks.statements import Kind, read_statements
from surefoot_lint.rule import all_rules, find_rule
from surefoot_lint.rulebook import explanation

STATEMENTS = read_statements()
ABOUT_LOCKS = [rule.code for rule in all_rules() if rule.code.startswith("LK")]
MANIFEST = """\
surefoot: 1
name: example
postgres: 18
settings: {lock_timeout: 5s}
migrations:
  - {file: 001_world.sql, irreversible: an example}
  - {file: 002_before.sql, irreversible: an example}
"""
KIND = "  - {file: 003_kind.sql, irreversible: an example, transaction: %s}\n"


def project(kind: Kind) -> dict[str, str]:
    """Make a project of the world, what must be done before, and the statement; settings are those of its file."""
    is_setting = kind.before.startswith("SET ")
    before, first = ("", f"{kind.before};\n") if is_setting else (f"{kind.before};", "")
    return {
        "manifest.yaml": MANIFEST + KIND % ("false" if kind.alone else "true"),
        "migrations/001_world.sql": STATEMENTS.world,
        "migrations/002_before.sql": before,
        "migrations/003_kind.sql": f"{first}{kind.sql};",
    }


def durations(touched: Touched) -> set[Duration]:
    """Say what a lock may be held for; an index is made by reading its table."""
    if touched.work == "rewritten":
        return {"scan"} if touched.name.startswith("index ") else {"rewrite"}
    return {"scan"} if touched.work == "read" else {"instant", "transaction"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for one project after another, where the world is read once."""
    return tmp_path_factory.mktemp("kinds")


@pytest.mark.parametrize("kind", STATEMENTS.judged, ids=lambda kind: kind.name)
def test_rules_find_what_they_say_with_the_lock_that_servers_take(kind: Kind, folder: Path) -> None:
    write(folder, project(kind))
    found = lint([folder / "migrations/003_kind.sql"], select=ABOUT_LOCKS, caching=True).findings
    found = tuple(one for one in found if one.code in ABOUT_LOCKS)
    assert {one.code for one in found} == set(kind.rules)
    for measured in read_measured():
        if kind.since <= measured.major:
            taken = {
                (one.mode, one.blocks, duration) for one in measured.kinds[kind.name] for duration in durations(one)
            }
            assert {one.lock for one in found} <= taken


def test_all_kinds_are_measured() -> None:
    assert [measured.major for measured in read_measured()][:1] == [15]
    for measured in read_measured():
        assert list(measured.kinds) == [kind.name for kind in STATEMENTS.kinds if kind.since <= measured.major]


def test_names_and_statements_differ() -> None:
    kinds = STATEMENTS.kinds
    assert len(kinds) == len({kind.name for kind in kinds}) == len({(kind.before, kind.sql) for kind in kinds})


@pytest.mark.parametrize("code", ABOUT_LOCKS)
def test_every_rule_about_locks_quotes_a_kind(code: str) -> None:
    assert measured_for(find_rule(code))


def test_rules_named_are_there_and_not_named_twice() -> None:
    for kind in STATEMENTS.kinds:
        codes = [*kind.rules, *kind.also]
        assert len(codes) == len({find_rule(code).code for code in codes})


@pytest.mark.parametrize("mode", CONFLICTS)
def test_conflicts_go_both_ways(mode: str) -> None:
    assert all(mode in CONFLICTS[other] for other in CONFLICTS[mode])


def test_what_was_measured_is_read_as_it_was_written(tmp_path: Path) -> None:
    measured = Measured(16, "16.1", {"one → two": (Touched("cat", "SHARE", "read"),), "three": ()})
    path = write_measured(measured, tmp_path)
    assert (path.name, read_measured(tmp_path)) == ("measured_16.json", (measured,))


def test_whom_a_lock_blocks() -> None:
    blocked = {mode: blocked_by(mode) for mode in CONFLICTS}
    assert [mode for mode, who in blocked.items() if who == "reads and writes"] == ["ACCESS EXCLUSIVE"]
    assert [mode for mode, who in blocked.items() if who == "writes"] == ["SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE"]
    assert [mode for mode, who in blocked.items() if who == "schema changes"] == ["SHARE UPDATE EXCLUSIVE"]


def test_page_has_every_kind_and_says_where_versions_differ() -> None:
    rows = [line for line in locks_page().splitlines() if line.startswith("| ")]
    for kind in STATEMENTS.kinds:
        assert any(row.startswith(f"| {kind.name}") and f"`{' '.join(kind.sql.split())}`" in row for row in rows)
    assert len({row.count("|") for row in rows if "<br>`" in row}) == 1
    (fifteen,) = (row for row in rows if row.startswith("| GRANT (PostgreSQL 15)"))
    (eighteen,) = (row for row in rows if row.startswith("| GRANT (PostgreSQL 18)"))
    assert "| none |" in fifteen
    assert "| cat | ACCESS SHARE |" in eighteen
    assert any(row.startswith("| SET EXPRESSION (from 17 on)<br>") for row in rows)


def test_explanation_quotes_what_was_measured() -> None:
    text = explanation(find_rule("LK101"))
    assert "Measured on a server (docs/locks.md):\n\n    CREATE INDEX: SHARE on cat (blocks writes; all read)\n" in text
    assert "    CREATE INDEX CONCURRENTLY: SHARE UPDATE EXCLUSIVE on cat (blocks schema changes; all read)\n" in text
    assert "Measured" not in explanation(find_rule("FS101"))
