"""What a rollback takes with it is counted before anybody is asked."""

from __future__ import annotations

import psycopg
import pytest
from fix_contents import contents, tables
from fix_project import ProjectFolder
from fix_role import MakeRole
from fix_rollback import rehearsed
from psycopg import sql
from psycopg.conninfo import make_conninfo

import surefoot
from surefoot.connection import Target, connect
from surefoot.losses import Loss
from surefoot.operations.preview import RollbackPreview

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
