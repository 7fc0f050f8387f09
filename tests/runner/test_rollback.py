"""Going back: what is undone, that nothing happens without consent, and what stays when it fails."""

from __future__ import annotations

import psycopg
import pytest
from fix_command import Run, greeting, timeless
from fix_contents import Contents, actions, contents, tables
from fix_project import ProjectFolder
from fix_rollback import no, yes

import surefoot
from surefoot.operations.preview import RollbackPreview
from surefoot_lint.project import Project


def without_ledger(connection: psycopg.Connection) -> Contents:
    """Read all that the migrations made."""
    found = contents(connection)
    kept = {name: rows for name, rows in found.items() if not name.startswith("surefoot.")}
    return {name: [row for row in rows if row[0] != "surefoot"] for name, rows in kept.items()}


@pytest.fixture
def five(folder: ProjectFolder) -> Project:
    """A project of five migrations in three phases, with all kinds of objects."""
    folder.add(
        "001_a.sql",
        "CREATE TABLE a (id int PRIMARY KEY, t text NOT NULL); CREATE TYPE mood AS ENUM ('sad', 'glad');",
        "DROP TYPE mood; DROP TABLE a;",
        phase="core",
    )
    folder.add(
        "002_b.sql",
        "ALTER TABLE a ADD COLUMN m mood DEFAULT 'sad'; CREATE VIEW v AS SELECT id FROM a;",
        "DROP VIEW v; ALTER TABLE a DROP COLUMN m;",
        phase="core",
    )
    folder.add(
        "003_c.sql",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 3'; CREATE INDEX i ON a (t);",
        "DROP INDEX i; DROP FUNCTION f();",
        phase="shop",
    )
    folder.add(
        "004_d.sql",
        "CREATE SCHEMA s; CREATE TABLE s.d (id bigint GENERATED ALWAYS AS IDENTITY);",
        "DROP TABLE s.d; DROP SCHEMA s;",
        phase="shop",
    )
    folder.add(
        "005_e.sql",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 5';",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 3';",
        phase="more",
    )
    return folder.load()


@pytest.mark.parametrize(
    ("wish", "left"),
    [
        ({}, 4),
        ({"steps": 1}, 4),
        ({"steps": 3}, 2),
        ({"steps": 99}, 0),
        ({"to": "3"}, 3),
        ({"to": "001"}, 1),
        ({"to": "0"}, 0),
        ({"to": "5"}, 5),
        ({"phase": "more"}, 4),
    ],
    ids=str,
)
def test_the_schema_is_what_it_was(
    five: Project, connection: psycopg.Connection, wish: dict[str, str], left: int
) -> None:
    before = [without_ledger(connection)]
    for number in range(1, 6):
        surefoot.migrate(five, connection, to=str(number))
        before.append(without_ledger(connection))
    run = surefoot.rollback(five, connection, **wish)  # type: ignore[arg-type]
    assert [int(name[:3]) for name in run.done] == list(range(5, left, -1))
    assert run.applied_before == 5
    assert without_ledger(connection) == before[left]
    assert actions(connection)[5:] == [(number, "rolled_back") for number in range(5, left, -1)]
    assert surefoot.migrate(five, connection).done == tuple(reversed(run.done))
    assert without_ledger(connection) == before[5]
    assert surefoot.verify(five, connection).holds


def test_a_phase_goes_as_a_whole(five: Project, connection: psycopg.Connection) -> None:
    surefoot.migrate(five, connection, to="2")
    before = without_ledger(connection)
    surefoot.migrate(five, connection, to="4")
    assert surefoot.rollback(five, connection, phase="shop").done == ("004_d", "003_c")
    assert without_ledger(connection) == before


def test_a_phase_below_another_stays(five: Project, connection: psycopg.Connection) -> None:
    surefoot.migrate(five, connection)
    before = contents(connection)
    with pytest.raises(surefoot.Refused, match="005_e of another phase was applied after 003_c"):
        surefoot.rollback(five, connection, phase="shop")
    assert contents(connection) == before


def test_without_anything_applied_there_is_nothing_to_do(five: Project, connection: psycopg.Connection) -> None:
    assert surefoot.rollback(five, connection).done == ()
    assert surefoot.rollback(five, connection, to="0", consent=no).done == ()
    assert tables(connection) == []


# -- Consent ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(folder: ProjectFolder, connection: psycopg.Connection) -> Project:
    """A project of two tables with rows, applied."""
    folder.add("001_a.sql", "CREATE TABLE a AS VALUES (1), (2);", "DROP TABLE a;")
    folder.add("002_b.sql", "CREATE TABLE b AS VALUES (1);", "DROP TABLE b;")
    project = folder.load()
    surefoot.migrate(project, connection)
    return project


def test_without_consent_nothing_is_lost(filled: Project, connection: psycopg.Connection) -> None:
    before = contents(connection)
    with pytest.raises(surefoot.Refused) as caught:
        surefoot.rollback(filled, connection)
    assert caught.value.word == "consent"
    assert caught.value.what == "this rollback loses rows, or its files were changed"
    assert caught.value.state == "nothing was run"
    assert contents(connection) == before


def test_the_refusal_says_how_to_consent(filled: Project, connection: psycopg.Connection) -> None:
    with pytest.raises(surefoot.Refused) as caught:
        surefoot.rollback(filled, connection)
    assert caught.value.next_step


def test_declined_nothing_changes(filled: Project, connection: psycopg.Connection) -> None:
    before = contents(connection)
    assert surefoot.rollback(filled, connection, to="0", consent=no) == surefoot.Run((), 2)
    assert contents(connection) == before


def test_agreed_it_is_done(filled: Project, connection: psycopg.Connection) -> None:
    assert surefoot.rollback(filled, connection, to="0", consent=yes).done == ("002_b", "001_a")
    assert tables(connection) == []


def test_an_error_in_the_question_changes_nothing(filled: Project, connection: psycopg.Connection) -> None:
    def fail(_: RollbackPreview) -> bool:
        raise KeyboardInterrupt

    before = contents(connection)
    with pytest.raises(KeyboardInterrupt):
        surefoot.rollback(filled, connection, consent=fail)
    assert contents(connection) == before
    assert connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone() == (0,)


def test_what_the_command_line_says(filled: Project, run: Run, connection: psycopg.Connection) -> None:
    before = contents(connection)
    asked = run("rollback", "--to", "0")
    assert asked.status == 2
    assert asked.out == (
        "to be rolled back: 002_b … 001_a (2)\nwhat will go:\n  table public.a (2 rows)\n  table public.b (1 row)\n"
    )
    assert asked.err.partition("\n")[2] == (
        "error: this rollback needs consent, and there is nobody to ask\n"
        "state: nothing was changed\n"
        "next: look at what will go, and run it again with --yes\n"
    )
    assert contents(connection) == before
    told = run("rollback", "--to", "0", "--yes")
    assert told.status == 0
    assert timeless(told.out) == asked.out + (
        "  rolled back  002_b  N ms\n  rolled back  001_a  N ms\n2 rolled back; 0 stay applied\n"
    )
    nothing = run("rollback")
    assert (nothing.status, nothing.out) == (0, "nothing to roll back\n")


# -- When it fails ----------------------------------------------------------------------------------------------------


def test_a_failing_rollback_leaves_all_as_it_was(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection, database_url: str
) -> None:
    """Both steps are rehearsed before the first one is run."""
    folder.add("001_a.sql", "CREATE TABLE a (id int);", "DROP TABLE a;\nDROP TABLE nowhere;\n")
    folder.add("002_b.sql", "CREATE TABLE b (id int);", "DROP TABLE b;")
    surefoot.migrate(folder.load(), connection)
    before = contents(connection)
    outcome = run("rollback", "--to", "0", "--yes")
    assert (outcome.status, outcome.out) == (4, "")
    assert outcome.err == greeting(database_url) + (
        'rollbacks/rollback_001.sql:2:1: error: table "nowhere" does not exist [42P01]\n'
        "    2 | DROP TABLE nowhere\n"
        "      | ^\n"
        "state: nothing of 001_a remains; this run changed nothing else\n"
        "next: mend rollbacks/rollback_001.sql and run: surefoot rollback\n"
    )
    assert contents(connection) == before
    assert surefoot.verify(folder.load(), connection).holds


def test_a_rollback_that_fails_after_its_rehearsal_is_recorded(
    folder: ProjectFolder, connection: psycopg.Connection
) -> None:
    """A sequence goes on in spite of the rehearsal, which makes the second attempt differ from the first."""
    folder.add("001_a.sql", "CREATE TABLE a (id int);", "DROP TABLE a;\nSELECT 1 / (2 - nextval('s'));\n")
    folder.add("002_b.sql", "CREATE TABLE b (id int);", "DROP TABLE b;")
    connection.execute("CREATE SEQUENCE s")
    surefoot.migrate(folder.load(), connection)
    with pytest.raises(surefoot.SqlFailed) as caught:
        surefoot.rollback(folder.load(), connection, to="0")
    assert str(caught.value) == "rollbacks/rollback_001.sql:2:1: division by zero"
    assert caught.value.state == "nothing of 001_a remains; this run has rolled back 1: 002_b"
    assert caught.value.next_step == "mend rollbacks/rollback_001.sql and run: surefoot rollback"
    assert tables(connection) == ["a"]
    assert actions(connection)[2:] == [(2, "rolled_back"), (1, "failed")]
    state = surefoot.status(folder.load(), connection)
    assert [line.state for line in state.lines] == ["applied", "pending"]
