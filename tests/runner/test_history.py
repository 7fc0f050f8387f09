"""A past that can be trusted: exports of the ledger, and what was rewritten since."""

from __future__ import annotations

import json
import re
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fix_command import Run
from fix_ledger import OLD_LEDGERS
from fix_project import ProjectFolder
from fix_role import MakeRole
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.conninfo import make_conninfo

import surefoot
from surefoot.chain import compare_past, linked, row_hash
from surefoot.errors import Refused
from surefoot.export import read_export, write_export
from surefoot.ledger import Ledger
from surefoot.ledger_ddl import ledger_ddl
from surefoot_lint.errors import SurefootError, UsageError
from surefoot_lint.project import Project

RECORD = "SELECT surefoot.record('applied', %s, %s, reason => %s, rollback_sql => %s)"
LYING = """
CREATE OR REPLACE FUNCTION surefoot.row_hash(entry surefoot.ledger) RETURNS text LANGUAGE sql AS 'SELECT entry.hash'
"""
REHASH = """
DO $$
DECLARE one surefoot.ledger; previous text := 'none';
BEGIN
    FOR one IN SELECT * FROM surefoot.ledger ORDER BY id LOOP
        one.previous_hash := previous;
        previous := surefoot.row_hash(one);
        UPDATE surefoot.ledger SET previous_hash = one.previous_hash, hash = previous WHERE id = one.id;
    END LOOP;
END $$
"""


def chain(connection: psycopg.Connection) -> list[dict[str, Any]]:
    return Ledger(connection, "surefoot").chain()


@pytest.fixture
def applied(three: Callable[[], Project], connection: psycopg.Connection) -> psycopg.Connection:
    """A database with three migrations, and one of them undone."""
    project = three()
    surefoot.migrate(project, connection)
    surefoot.rollback(project, connection, consent=lambda _: True)
    return connection


def by_force(connection: psycopg.Connection, *statements: str) -> None:
    """Change the ledger as its owner can."""
    for statement in ("ALTER TABLE surefoot.ledger DISABLE TRIGGER append_only", *statements):
        connection.execute(sql.SQL(statement))


# -- The hash ---------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.text(st.characters(max_codepoint=200, exclude_characters="\0")) | st.none(),
    st.integers(0, 10**30),
)
def test_the_hash_is_that_of_the_server(
    applied: psycopg.Connection, name: str, reason: str | None, number: int
) -> None:
    applied.execute(RECORD, [number, name, reason, reason])
    row = chain(applied)[-1]
    assert (row["name"], row["number"]) == (name, str(number))
    assert row_hash(row) == row["hash"]


@pytest.mark.parametrize("version", sorted(OLD_LEDGERS.glob("*.sql")), ids=lambda path: path.stem)
def test_the_chain_of_an_older_ledger(connection: psycopg.Connection, version: Path) -> None:
    connection.execute(version.read_text().encode())
    rows = chain(connection)
    assert len(list(linked(rows, "it"))) == len(rows) > 0
    connection.execute(sql.SQL(ledger_ddl("surefoot")))
    assert compare_past(rows, chain(connection), "it") == (len(rows), 0)


# -- Exported, and checked --------------------------------------------------------------------------------------------


def test_an_export_is_written_and_extended(
    applied: psycopg.Connection, folder: ProjectFolder, run: Run, tmp_path: Path
) -> None:
    done = run("history", "--export", "ledger.jsonl")
    assert (done.status, done.out) == (0, "ledger.jsonl: 4 rows, 4 of them new\n")
    first = (tmp_path / "ledger.jsonl").read_bytes()
    assert list(read_export(tmp_path / "ledger.jsonl")) == chain(applied)
    assert run("history", "--export", "ledger.jsonl").out == "ledger.jsonl: 4 rows, 0 of them new\n"
    assert (tmp_path / "ledger.jsonl").read_bytes() == first
    surefoot.migrate(folder.load(), applied)
    checked = run("history", "--check", "ledger.jsonl")
    assert checked.out == "4 rows as exported, 1 added since; the chain of the ledger is intact\n"
    assert checked.status == 0
    assert json.loads(run("history", "--export", "ledger.jsonl", "--json").out) == {
        "event": "history_exported",
        "file": "ledger.jsonl",
        "rows": 5,
        "added": 1,
    }


def test_two_exports_need_no_database(applied: psycopg.Connection, run: Run, tmp_path: Path) -> None:
    rows = chain(applied)
    write_export(rows[:2], tmp_path / "old.jsonl")
    write_export(rows, tmp_path / "new.jsonl")
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    done = run("history", "--check", "old.jsonl", "--against", "new.jsonl", "--json", DATABASE_URL=nowhere)
    assert (done.status, json.loads(done.out)) == (0, {"event": "history_checked", "kept": 2, "added": 2})
    back = run("history", "--check", "new.jsonl", "--against", "old.jsonl", DATABASE_URL=nowhere)
    assert back.status == 3
    assert "row 3 of the export is gone from old.jsonl, with all after it" in back.err


def test_an_empty_ledger(run: Run, folder: ProjectFolder) -> None:
    folder.save()
    assert run("history", "--export", "ledger.jsonl").out == "ledger.jsonl: 0 rows, 0 of them new\n"
    assert run("history", "--check", "ledger.jsonl").status == 0


@pytest.mark.parametrize(
    ("deeds", "word", "what", "why"),
    [
        (
            ["DELETE FROM surefoot.ledger WHERE id > 2"],
            "rows-gone",
            "row 3 of the export is gone from the ledger, with all after it",
            "rows were taken from its end",
        ),
        (
            ["DROP SCHEMA surefoot CASCADE"],
            "rows-gone",
            "row 1 of the export is gone from the ledger, with all after it",
            "no row is there: this is another database, or its ledger was dropped",
        ),
        (
            ["UPDATE surefoot.ledger SET role = 'nobody' WHERE id = 2"],
            "broken-chain",
            "the chain of the ledger is broken at row 2",
            "row 2 was changed: its columns do not give its hash",
        ),
        (
            ["UPDATE surefoot.ledger SET role = 'nobody' WHERE id = 2", REHASH],
            "rewritten",
            "row 2 of the ledger is not the row that was exported",
            "exported: applied 002_two by postgres at ",
        ),
        (
            ["UPDATE surefoot.ledger SET host = 'elsewhere'", REHASH],
            "rewritten",
            "row 1 of the ledger is not the row that was exported",
            "already the first row is another: this is another database",
        ),
        (
            ["DELETE FROM surefoot.ledger WHERE id = 2"],
            "broken-chain",
            "the chain of the ledger is broken at row 2",
            "row 3 stands where row 2 should",
        ),
        (
            ["DELETE FROM surefoot.ledger WHERE id = 2", "UPDATE surefoot.ledger SET id = id - 1 WHERE id > 2"],
            "broken-chain",
            "the chain of the ledger is broken at row 2",
            "row 2 does not follow the row before it",
        ),
        (
            [LYING, "UPDATE surefoot.ledger SET role = 'nobody' WHERE id = 2"],
            "broken-chain",
            "the chain of the ledger is broken at row 2",
            "row 2 was changed: its columns do not give its hash",
        ),
    ],
)  # fmt: skip
def test_a_past_that_was_rewritten(
    applied: psycopg.Connection, tmp_path: Path, deeds: list[str], word: str, what: str, why: str
) -> None:
    """The last one has made the server's own function lie, so that verify finds nothing."""
    path = tmp_path / "ledger.jsonl"
    write_export(chain(applied), path)
    before = path.read_bytes()
    by_force(applied, *deeds)
    with pytest.raises(Refused) as caught:
        compare_past(read_export(path), chain(applied), "the ledger")
    assert (caught.value.word, caught.value.what) == (word, what)
    assert str(caught.value.why).startswith(why)
    with pytest.raises(Refused, match=re.escape(what)):
        write_export(chain(applied), path)
    assert path.read_bytes() == before


def test_a_role_that_may_not_read_it(
    applied: psycopg.Connection, run: Run, database_url: str, make_role: MakeRole
) -> None:
    role = make_role()
    applied.execute(f"GRANT USAGE ON SCHEMA surefoot TO {role}".encode())
    refused = run("history", DATABASE_URL=make_conninfo(database_url, user=role))
    assert refused.status == 5
    assert f"error: the role {role} may not read the ledger: permission denied for table ledger\n" in refused.err
    assert f"next: give this SQL to a DBA: surefoot ledger --sql --for {role}\n" in refused.err


# -- Files that are no export, or not all of one ----------------------------------------------------------------------


@pytest.fixture
def lines(applied: psycopg.Connection, tmp_path: Path) -> Iterator[list[str]]:
    """The lines of an export, to be changed; the test writes them back."""
    write_export(chain(applied), tmp_path / "ledger.jsonl")
    return iter([(tmp_path / "ledger.jsonl").read_text().splitlines(keepends=True)])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [], "ledger.jsonl:1: this is no export of a ledger"),
        (lambda lines: ["{}\n"], "ledger.jsonl:1: this is no export of a ledger"),
        (lambda lines: lines[1:], "ledger.jsonl:1: this is no export of a ledger"),
        (
            lambda lines: ['{"surefoot_history": 2, "rows": 0}\n'],
            "ledger.jsonl:1: this export has the format 2, and this Surefoot knows 1",
        ),
        (lambda lines: lines[:-1], "ledger.jsonl:4: the export says that it has 4 rows, and has 3"),
        (lambda lines: [*lines, lines[-1]], "the chain of the export is broken at row 5"),
        (lambda lines: [*lines[:2], "\n", *lines[2:]], "ledger.jsonl:3: this line is no row of a ledger"),
        (lambda lines: [*lines[:-1], lines[-1][:50]], "ledger.jsonl:5: this line is no row of a ledger"),
        (
            lambda lines: [lines[0], lines[1].replace('"id": 1', '"id": "1"'), *lines[2:]],
            "ledger.jsonl:2: id is not what a ledger has there: '1'",
        ),
        (
            lambda lines: [*lines[:3], lines[3].replace("003_three", "003_tree"), *lines[4:]],
            "the chain of the export is broken at row 3",
        ),
        (
            lambda lines: [*lines[:3], lines[3].replace("003_three", "\\ud800"), *lines[4:]],
            "the chain of the export is broken at row 3",
        ),
        (
            lambda lines: [lines[0], lines[1].replace('"id": 1', '"id": true'), *lines[2:]],
            "the chain of the export is broken at row 1",
        ),
        (lambda lines: [lines[0], "[" * 200_000, "\n"], "ledger.jsonl:2: this line is no row of a ledger"),
        (lambda lines: [lines[0], "9" * 5000, "\n"], "ledger.jsonl:2: this line is no row of a ledger"),
        (
            lambda lines: [lines[0], lines[1].replace('"id": 1', f'"id": "{"x" * 500}"')],
            f"ledger.jsonl:2: id is not what a ledger has there: '{'x' * 59}…",
        ),
        (
            lambda lines: ['{"surefoot_history": 1, "rows": -1}\n'],
            "ledger.jsonl:1: the export says that it has -1 rows, and has 0",
        ),
    ],
)
def test_an_export_that_was_changed(
    lines: Iterator[list[str]], tmp_path: Path, change: Callable[[list[str]], list[str]], said: str
) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text("".join(change(next(lines))))
    with pytest.raises(SurefootError) as caught:
        compare_past(read_export(path), read_export(path), "the other")
    assert str(caught.value).removeprefix(f"{tmp_path}/") == said


def test_line_ends_do_not_matter(lines: Iterator[list[str]], tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes("".join(next(lines)).replace("\n", "\r\n").encode())
    assert len(list(read_export(path))) == 4


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "jsonl:1: this line is not UTF-8"),
        (b'{"surefoot_history": 1, "rows": 1}\n"\xff"\n', "jsonl:2: this line is not UTF-8"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "ledger.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        list(read_export(path))
    assert str(caught.value).endswith(said)


def test_a_link_to_an_export_stays_one(applied: psycopg.Connection, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "ledger.jsonl").symlink_to(tmp_path / "elsewhere" / "ledger.jsonl")
    rows = chain(applied)
    assert [write_export(rows[:2], tmp_path / "ledger.jsonl"), write_export(rows, tmp_path / "ledger.jsonl")] == [2, 2]
    assert (tmp_path / "ledger.jsonl").is_symlink()
    assert list(read_export(tmp_path / "elsewhere" / "ledger.jsonl")) == rows


def test_a_full_disk_leaves_the_export_as_it_was(applied: psycopg.Connection, tmp_path: Path) -> None:
    """A limit of the process stands for the disk: the error comes from the same write."""
    rows = chain(applied)
    write_export(rows[:2], tmp_path / "ledger.jsonl")
    before = (tmp_path / "ledger.jsonl").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before), limits[1]))
    try:
        with pytest.raises(UsageError, match=r"ledger\.jsonl cannot be written: File too large"):
            write_export(rows, tmp_path / "ledger.jsonl")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "ledger.jsonl").read_bytes() == before
    assert [one.name for one in tmp_path.glob("*.new")] + [one.name for one in tmp_path.glob(".*.new")] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--against", "a"), "--against names the later of two exports"),
        (("--export", "a", "--check", "b"), "--export and --check are two steps"),
        (("--export", "."), "is a directory"),
    ],
)
def test_options_that_do_not_fit(applied: psycopg.Connection, run: Run, options: tuple[str, ...], said: str) -> None:
    done = run("history", *options)
    assert done.status == 2
    assert said in done.err
