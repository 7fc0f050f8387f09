"""Which rollback file is run: the project's, or the one that the ledger keeps."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from fix_command import Run
from fix_contents import contents, tables
from fix_project import ProjectFolder
from fix_rollback import rehearsed, yes

import surefoot
from surefoot.operations.preview import RollbackPreview
from surefoot_lint.project import Project
from surefoot_lint.show import render


def test_a_changed_file_is_shown_and_needs_consent(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection, database_url: str
) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);", "-- back\nDROP TABLE x;\n")
    project = folder.load()
    surefoot.migrate(project, connection)
    folder.write("rollbacks/rollback_001.sql", "-- back\nDROP TABLE x;\nCREATE TABLE other (id int);\n")
    before = contents(connection)
    diff = (
        "--- as applied\n"
        "+++ rollbacks/rollback_001.sql\n"
        "@@ -1,2 +1,3 @@\n"
        " -- back\n"
        " DROP TABLE x;\n"
        "+CREATE TABLE other (id int);\n"
    )
    with pytest.raises(surefoot.Refused) as caught:
        surefoot.rollback(project, connection)
    assert caught.value.word == "consent"
    outcome = run("rollback")
    assert outcome.status == 2
    assert outcome.out == (
        "to be rolled back: 001_x\n"
        f"this rollback file was changed since its migration was applied:\n{diff}"
        "what will go:\n  table public.x (0 rows)\n"
    )
    assert contents(connection) == before
    seen: list[RollbackPreview] = []

    def agree(preview: RollbackPreview) -> bool:
        seen.append(preview)
        return True

    assert surefoot.rollback(project, connection, consent=agree).done == ("001_x",)
    assert seen[0].changed_files == (diff,)
    assert tables(connection) == ["other"]


def test_other_line_ends_are_no_change(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);", "-- back\nDROP TABLE x;\n")
    surefoot.migrate(folder.load(), connection)
    folder.write("rollbacks/rollback_001.sql", "-- back\r\nDROP TABLE x;\r\n")
    assert surefoot.rollback(folder.load(), connection).done == ("001_x",)


def test_a_file_that_was_not_there_is_shown_whole(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);", rollback=None)
    surefoot.migrate(folder.load(), connection)
    folder.entries.clear()
    folder.add("001_x.sql", "CREATE TABLE x (id int);", "DROP TABLE x;\n")
    assert rehearsed(folder.load(), connection).changed_files == (
        "--- as applied\n+++ rollbacks/rollback_001.sql\n@@ -0,0 +1 @@\n+DROP TABLE x;\n",
    )


def test_a_missing_file_comes_from_the_ledger(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);", "DROP TABLE x; -- as it was\n")
    project = folder.load()
    surefoot.migrate(project, connection)
    (folder.path / "rollbacks/rollback_001.sql").unlink()
    assert surefoot.rollback(project, connection).done == ("001_x",)
    assert tables(connection) == []


def test_a_migration_that_the_manifest_does_not_know_is_undone_by_the_ledger(
    folder: ProjectFolder, three: Callable[[], Project], connection: psycopg.Connection
) -> None:
    """As with an older commit checked out: its files are gone, the database is ahead."""
    surefoot.migrate(three(), connection)
    for name in ("migrations/003_three.sql", "rollbacks/rollback_003.sql"):
        (folder.path / name).unlink()
    folder.entries.pop()
    older = folder.load()
    with pytest.raises(surefoot.Refused, match="003_three is applied, and the manifest does not know it"):
        surefoot.migrate(older, connection)
    assert surefoot.rollback(older, connection, to="2").done == ("003_three",)
    assert tables(connection) == ["one", "two"]
    assert surefoot.migrate(older, connection) == surefoot.Run((), 2)


def test_an_error_in_what_the_ledger_keeps_is_placed_there(
    folder: ProjectFolder, connection: psycopg.Connection
) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);", "-- back\nDROP TABLE nowhere;\n")
    project = folder.load()
    surefoot.migrate(project, connection)
    (folder.path / "rollbacks/rollback_001.sql").unlink()
    with pytest.raises(surefoot.SqlFailed) as caught:
        surefoot.rollback(project, connection)
    assert str(caught.value) == 'ledger:001_x:2:1: table "nowhere" does not exist'


def test_without_file_and_copy_it_is_refused(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);", rollback=None)
    project = folder.load()
    surefoot.migrate(project, connection)
    before = contents(connection)
    with pytest.raises(surefoot.Refused) as caught:
        surefoot.rollback(project, connection, consent=yes)
    assert caught.value.word == "no-rollback"
    assert render(caught.value) == (
        "manifest.yaml:5:5: error: 001_x has no rollback: there is no file, and none was kept when it was applied\n"
        "    5 |   - file: 001_x.sql\n"
        "      |     ^\n"
        "state: nothing was run\n"
        "next: write it and name it in the manifest; or stop before it: surefoot rollback --to 1"
    )
    assert contents(connection) == before


def test_a_large_file_that_is_gone_is_refused(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);", "DROP TABLE x; -- ".ljust((1 << 20) + 1, "x"))
    project = folder.load()
    surefoot.migrate(project, connection)
    (folder.path / "rollbacks/rollback_001.sql").unlink()
    with pytest.raises(surefoot.Refused) as caught:
        surefoot.rollback(project, connection)
    assert caught.value.word == "no-rollback"


def test_an_irreversible_migration_stays(folder: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);", rollback=None, irreversible="invoices refer to it")
    folder.add("002_y.sql", "CREATE TABLE y (id int);", "DROP TABLE y;")
    surefoot.migrate(folder.load(), connection)
    before = contents(connection)
    outcome = run("rollback", "--to", "0", "--yes")
    assert outcome.status == 3
    assert outcome.err.splitlines()[1] == (
        "manifest.yaml:5:5: error: 001_x cannot be rolled back: invoices refer to it"
    )
    assert contents(connection) == before
    assert surefoot.rollback(folder.load(), connection, to="1").done == ("002_y",)


@pytest.mark.parametrize(
    ("rollback", "what"),
    [
        ("DROP TABLE x; COMMIT;", "rollbacks/rollback_001.sql:1:15: COMMIT in a "),
        ("-- nothing", "rollbacks/rollback_001.sql: the file holds no statement"),
        ("DROP TABLE 'x;", "rollbacks/rollback_001.sql:1:12: a string is not closed"),
        ("\\i other.sql", "rollbacks/rollback_001.sql:1:1: \\i is a command of psql"),
    ],
)
def test_a_file_that_is_not_fit_is_refused(
    folder: ProjectFolder, connection: psycopg.Connection, rollback: str, what: str
) -> None:
    folder.add("001_x.sql", "CREATE TABLE x (id int);", "DROP TABLE x;")
    surefoot.migrate(folder.load(), connection)
    folder.write("rollbacks/rollback_001.sql", rollback)
    before = contents(connection)
    with pytest.raises(surefoot.SurefootError) as caught:
        surefoot.rollback(folder.load(), connection, consent=yes)
    assert str(caught.value).startswith(what)
    assert contents(connection) == before
