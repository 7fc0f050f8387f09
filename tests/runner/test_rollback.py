"""Going back: what is undone, what is said to be lost before, and that nothing happens without consent."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from fix_command import Run, greeting, timeless
from fix_contents import Contents, actions, contents, tables
from fix_project import ProjectFolder
from fix_role import MakeRole
from psycopg import sql
from psycopg.conninfo import make_conninfo

import surefoot
from surefoot.connection import Target, connect
from surefoot.losses import Loss
from surefoot.operations.preview import RollbackPreview
from surefoot_lint.project import Project
from surefoot_lint.show import render


def yes(_: RollbackPreview) -> bool:
    return True


def no(_: RollbackPreview) -> bool:
    return False


def rehearsed(project: Project, connection: psycopg.Connection, steps: int = 1) -> RollbackPreview:
    """Look at what a rollback would do, and decline it."""
    seen: list[RollbackPreview] = []

    def decline(preview: RollbackPreview) -> bool:
        seen.append(preview)
        return False

    assert surefoot.rollback(project, connection, steps=steps, consent=decline).done == ()
    return seen[0]


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


# -- What will go -----------------------------------------------------------------------------------------------------

FILLED = """
CREATE TABLE a (id int, t text, u text);
CREATE TABLE b (id int);
CREATE TABLE c (id int);
CREATE TABLE "odd, name" (id int);
INSERT INTO a SELECT n, nullif(n, 2), NULL FROM generate_series(1, 1234) AS n;
INSERT INTO b VALUES (1);
INSERT INTO c VALUES (1), (2), (3);
"""


def preview_of(
    folder: ProjectFolder, connection: psycopg.Connection, rollback: str, made: str = FILLED
) -> RollbackPreview:
    """Rehearse a rollback, and decline it: it must have changed nothing."""
    folder.add("001_x.sql", made, rollback)
    surefoot.migrate(folder.load(), connection)
    before = contents(connection)
    preview = rehearsed(folder.load(), connection)
    assert contents(connection) == before
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    return preview


@pytest.mark.parametrize(
    ("rollback", "losses", "changed"),
    [
        ("DROP TABLE a;", ["table public.a (1,234 rows)"], []),
        ("DROP TABLE b, c;", ["table public.b (1 row)", "table public.c (3 rows)"], []),
        ('DROP TABLE "odd, name";', ["table public.odd, name (0 rows)"], []),
        ("ALTER TABLE a DROP COLUMN t;", ["column public.a.t (1,233 values)"], []),
        ("ALTER TABLE b DROP COLUMN id;", ["column public.b.id (1 value)"], []),
        ("ALTER TABLE a DROP COLUMN u;", ["column public.a.u (0 values)"], []),
        (
            "DROP TABLE c; ALTER TABLE a DROP COLUMN id;",
            ["table public.c (3 rows)", "column public.a.id (1,234 values)"],
            [],
        ),
        ("DROP TABLE b; CREATE TABLE b (id int);", ["table public.b (1 row)"], []),
        ("DELETE FROM c WHERE id > 1;", [], ["rows of public.c: 2 deleted"]),
        ("DELETE FROM c WHERE id = 1; DELETE FROM c WHERE id = 2;", [], ["rows of public.c: 2 deleted"]),
        ("UPDATE a SET t = '';", [], ["rows of public.a: 1,234 changed"]),
        (
            "UPDATE b SET id = 2; DELETE FROM b; DELETE FROM c WHERE id = 1; UPDATE c SET id = 0;",
            [],
            ["rows of public.b: 1 deleted, 1 changed", "rows of public.c: 1 deleted, 2 changed"],
        ),
        ("SELECT 1;\nTRUNCATE c;", [], ["all rows (TRUNCATE in rollbacks/rollback_001.sql:2)"]),
        (
            "MERGE INTO c USING b ON b.id = c.id WHEN MATCHED THEN DELETE;",
            [],
            ["rows of public.c: 1 deleted"],
        ),
    ],
)
def test_what_is_lost_is_listed(
    folder: ProjectFolder, connection: psycopg.Connection, rollback: str, losses: list[str], changed: list[str]
) -> None:
    preview = preview_of(folder, connection, rollback)
    assert [str(loss) for loss in preview.losses] == losses
    assert [str(change) for change in preview.changed_rows] == changed
    assert preview.changed_files == ()
    assert preview.needs_consent == (not all("(0 " in loss for loss in losses) or bool(changed))


@pytest.mark.parametrize(
    "rollback",
    [
        "SELECT 1;",
        "CREATE TABLE d (id int); INSERT INTO d VALUES (1); DROP TABLE d;",
        "CREATE INDEX ON a (t);",
        "INSERT INTO c VALUES (4);",
        "DELETE FROM c WHERE false; UPDATE c SET id = 1 WHERE false;",
        "CREATE TEMP TABLE mine (id int); DROP TABLE mine;",
        "COMMENT ON TABLE a IS 'DELETE 5';",
        "SELECT 'DELETE 5';",
    ],
)
def test_what_loses_nothing_needs_no_consent(
    folder: ProjectFolder, connection: psycopg.Connection, rollback: str
) -> None:
    preview = preview_of(folder, connection, rollback)
    assert (preview.losses, preview.changed_rows, preview.needs_consent) == ((), (), False)
    assert surefoot.rollback(folder.load(), connection).done == ("001_x",)


def test_what_the_migration_itself_changed_is_not_counted(
    folder: ProjectFolder, connection: psycopg.Connection
) -> None:
    """The server's counters of a transaction hold what the session did before, for a second or so."""
    made = f"{FILLED} UPDATE a SET t = ''; DELETE FROM c;"
    assert preview_of(folder, connection, "SELECT 1;", made).changed_rows == ()


def test_the_losses_of_several_steps_are_listed_together(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_a.sql", "CREATE TABLE a AS VALUES (1);", "DROP TABLE a;")
    folder.add("002_b.sql", "CREATE TABLE b AS VALUES (1), (2);", "DELETE FROM b WHERE column1 = 1;\nDROP TABLE b;")
    surefoot.migrate(folder.load(), connection)
    preview = rehearsed(folder.load(), connection, steps=2)
    assert [step.name for step in preview.steps] == ["002_b", "001_a"]
    assert [str(loss) for loss in preview.losses] == ["table public.a (1 row)", "table public.b (2 rows)"]
    assert preview.changed_rows == ()  # rows of a table that goes are lost with it


UNSEEN = """
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int REFERENCES a ON DELETE CASCADE);
INSERT INTO a VALUES (1), (2);
INSERT INTO b SELECT 1 FROM generate_series(1, 100);
"""


@pytest.mark.parametrize(
    "rollback",
    [
        "DO $$ BEGIN DELETE FROM b; END $$;",
        "WITH gone AS (DELETE FROM b RETURNING 1) SELECT count(*) FROM gone;",
        "DO $$ BEGIN UPDATE b SET id = 2; END $$;",
    ],
)
def test_rows_that_go_within_a_block_need_consent(
    folder: ProjectFolder, connection: psycopg.Connection, rollback: str
) -> None:
    assert preview_of(folder, connection, rollback, UNSEEN).needs_consent


def test_rows_that_go_by_a_cascade_are_counted(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    preview = preview_of(folder, connection, "DELETE FROM a;", UNSEEN)
    assert any("100" in str(change) for change in preview.changed_rows)


@pytest.mark.parametrize(
    "rollback",
    ["ALTER TABLE a RENAME TO old_a;", "ALTER TABLE b RENAME COLUMN id TO old_id;", "ALTER TABLE b SET SCHEMA s;"],
)
def test_what_is_renamed_is_not_lost(folder: ProjectFolder, connection: psycopg.Connection, rollback: str) -> None:
    preview = preview_of(folder, connection, rollback, f"CREATE SCHEMA s; {FILLED}")
    assert preview.losses == ()


def test_a_table_that_took_too_long_to_count_is_not_empty() -> None:
    loss = Loss("public.huge", None, 0, is_estimate=True)
    assert RollbackPreview((), (loss,), (), ()).needs_consent


def test_rows_that_the_owner_cannot_see_need_consent(
    folder: ProjectFolder, connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    role = make_role()
    database = connection.execute("SELECT current_database()").fetchone()
    assert database is not None
    connection.execute(
        sql.SQL("GRANT CREATE ON DATABASE {} TO {role}; GRANT CREATE ON SCHEMA public TO {role}").format(
            sql.Identifier(database[0]), role=sql.Identifier(role)
        )
    )
    folder.add(
        "001_x.sql",
        "CREATE TABLE x (id int); INSERT INTO x VALUES (1);"
        "ALTER TABLE x ENABLE ROW LEVEL SECURITY; ALTER TABLE x FORCE ROW LEVEL SECURITY;",
        "DROP TABLE x;",
    )
    with connect(Target(make_conninfo(database_url, user=role), "the test")) as owner:
        surefoot.migrate(folder.load(), owner)
        with pytest.raises(surefoot.Refused):
            surefoot.rollback(folder.load(), owner)


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


# -- Which file is run ------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    "rollback",
    [
        "DROP TABLE x; SET search_path = ''; SET ROLE pg_monitor;",
        "DROP TABLE x; CREATE TEMP TABLE x (id int); PREPARE p AS SELECT 1; LISTEN c;",
        "DROP TABLE x; SET SESSION AUTHORIZATION pg_monitor; SET statement_timeout = 1;",
    ],
)
def test_a_rehearsal_leaves_nothing_in_the_session(
    folder: ProjectFolder, connection: psycopg.Connection, rollback: str
) -> None:
    settings = "SELECT name, setting FROM pg_settings WHERE name !~ '^(transaction|plpgsql)' ORDER BY name"
    before = connection.execute(settings).fetchall()
    preview_of(folder, connection, rollback, "CREATE TABLE x (id int);")
    assert connection.execute(settings).fetchall() == before
    assert connection.execute("SELECT current_user = session_user, to_regclass('pg_temp.x')").fetchone() == (True, None)
    assert connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)
    assert surefoot.rollback(folder.load(), connection).done == ("001_x",)
    assert connection.execute(settings).fetchall() == before
    assert tables(connection) == []
