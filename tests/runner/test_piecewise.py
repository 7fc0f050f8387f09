"""Non-transactional migrations: done statement by statement, resumed, abandoned."""

from __future__ import annotations

import psycopg
import pytest
from fix_project import ProjectFolder

import surefoot
from surefoot.events import Blocked, Event, IndexBuilding, LeftoverDropped, NoticeReceived, StatementResumed
from surefoot.operations.preview import RollbackPreview

CONCURRENT = """\
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_id ON t (id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS t_x ON public.t (x);
UPDATE t SET x = x || '!';
"""


def actions(connection: psycopg.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT action FROM surefoot.ledger ORDER BY id")]


def indexes(connection: psycopg.Connection) -> dict[str, bool]:
    rows = connection.execute(
        "SELECT c.relname, i.indisvalid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = to_regclass('public.t')"
    )
    return dict(iter(rows))


@pytest.fixture
def table(connection: psycopg.Connection) -> psycopg.Connection:
    connection.execute("CREATE TABLE t (id int, x text); INSERT INTO t VALUES (1, 'a'), (2, 'b')")
    return connection


def test_it_is_run_and_recorded(folder: ProjectFolder, table: psycopg.Connection) -> None:
    folder.add("001_x.sql", CONCURRENT, transaction="false")
    assert surefoot.migrate(folder.load(), table).done == ("001_x",)
    assert indexes(table) == {"t_id": True, "t_x": True}
    assert table.execute("SELECT string_agg(x, '' ORDER BY id) FROM t").fetchone() == ("a!b!",)
    assert table.execute("SELECT count(*) FROM surefoot.progress").fetchone() == (0,)
    assert actions(table) == ["applied"]
    assert surefoot.verify(folder.load(), table).holds


def test_after_a_failure_it_is_resumed(folder: ProjectFolder, table: psycopg.Connection) -> None:
    """No invalid index stays, although the file says IF NOT EXISTS, and what was done is not done again."""
    folder.add("001_x.sql", "UPDATE t SET x = x || '?';\n" + CONCURRENT, transaction="false")
    table.execute("INSERT INTO t VALUES (2, 'again')")
    with pytest.raises(surefoot.SqlFailed) as caught:
        surefoot.migrate(folder.load(), table)
    assert str(caught.value.where) == "migrations/001_x.sql:2:1"
    assert caught.value.state == (
        "001_x is unfinished: its first statement is done and stays; this run changed nothing else"
    )
    assert caught.value.next_step == (
        "mend migrations/001_x.sql and run: surefoot migrate, which resumes; or undo it: surefoot abandon 1"
    )
    assert indexes(table) == {}
    table.execute("DELETE FROM t WHERE x = 'again?'")
    events: list[Event] = []
    assert surefoot.migrate(folder.load(), table, listener=events.append).done == ("001_x",)
    assert StatementResumed("001_x", 2, 2, False) in events
    assert indexes(table) == {"t_id": True, "t_x": True}
    assert table.execute("SELECT string_agg(x, '' ORDER BY id) FROM t").fetchone() == ("a?!b?!",)
    assert actions(table) == ["failed", "applied"]


def test_an_invalid_index_of_before_is_built_again(folder: ProjectFolder, table: psycopg.Connection) -> None:
    table.execute("INSERT INTO t VALUES (2, 'again')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        table.execute("CREATE UNIQUE INDEX CONCURRENTLY t_id ON t (id)")
    table.execute("DELETE FROM t WHERE x = 'again'")
    assert indexes(table) == {"t_id": False}
    folder.add("001_x.sql", CONCURRENT, transaction="false")
    events: list[Event] = []
    surefoot.migrate(folder.load(), table, listener=events.append)
    assert LeftoverDropped("001_x", '"public"."t_id"') in events
    assert indexes(table) == {"t_id": True, "t_x": True}


def begun(connection: psycopg.Connection, position: int, line: int, statement: str) -> None:
    """Leave what a crash leaves: a statement that was begun, and not marked."""
    connection.execute(
        "INSERT INTO surefoot.progress (number, action, position, line, statement, invalid_before)"
        " VALUES (1, 'applied', %s, %s, %s, '{}')",
        [position, line, statement],
    )


DOUBTS = [
    ("CREATE INDEX CONCURRENTLY t_x ON t (x)", "CREATE INDEX t_x ON t (x)", True),
    ("CREATE INDEX CONCURRENTLY t_x ON t (x)", "SELECT 1", False),
    ('CREATE INDEX CONCURRENTLY "Odd Name" ON t (x)', 'CREATE INDEX "Odd Name" ON t (x)', True),
    ("DROP INDEX CONCURRENTLY old", "SELECT 1", True),
    ("DROP INDEX CONCURRENTLY old", "CREATE INDEX old ON t (id)", False),
    ("REINDEX TABLE CONCURRENTLY t", "SELECT 1", False),
    ("VACUUM t", "SELECT 1", False),
    ("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "ALTER TABLE p DETACH PARTITION p1", True),
    ("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "SELECT 1", False),
    ("DO $$ BEGIN CREATE TABLE IF NOT EXISTS made (); COMMIT; END $$", "SELECT 1", False),
]


@pytest.mark.parametrize(("statement", "crash", "was_done"), DOUBTS)
def test_a_statement_in_doubt_is_settled_by_the_catalog(
    folder: ProjectFolder, table: psycopg.Connection, statement: str, crash: str, was_done: bool
) -> None:
    table.execute("CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)")
    surefoot.migrate(folder.load(), table)
    folder.add("001_x.sql", statement + ";\n", transaction="false")
    begun(table, 1, 1, statement)
    table.execute(crash.encode())
    events: list[Event] = []
    surefoot.migrate(folder.load(), table, listener=events.append)
    assert StatementResumed("001_x", 1, 1, was_done) in events
    assert actions(table) == ["applied"]
    assert not [name for name, is_valid in indexes(table).items() if not is_valid]


def test_a_detach_that_is_pending_is_finalized(
    folder: ProjectFolder, table: psycopg.Connection, database_url: str
) -> None:
    table.execute("CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)")
    surefoot.migrate(folder.load(), table)
    statement = "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY"
    with psycopg.connect(database_url) as reader:
        reader.execute("SELECT * FROM p")
        table.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            table.execute(statement.encode())
        table.execute("RESET lock_timeout")
    assert table.execute("SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = 'p1'::regclass").fetchone() == (
        True,
    )
    folder.add("001_x.sql", statement, transaction="false")
    begun(table, 1, 1, statement)
    surefoot.migrate(folder.load(), table)
    assert table.execute("SELECT count(*) FROM pg_inherits").fetchone() == (0,)


def interrupted(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    """Leave 001_x unfinished after its second statement."""
    folder.add(
        "001_x.sql",
        "CREATE TABLE made (id int);\nCREATE INDEX CONCURRENTLY t_x ON t (x);\nSELECT nope;\n",
        "DROP INDEX CONCURRENTLY IF EXISTS t_x;\nDROP TABLE IF EXISTS made;\n",
        transaction="false",
    )
    with pytest.raises(surefoot.SqlFailed):
        surefoot.migrate(folder.load(), connection)


def test_the_rest_may_be_edited(folder: ProjectFolder, table: psycopg.Connection) -> None:
    interrupted(folder, table)
    folder.write(
        "migrations/001_x.sql",
        "-- better\nCREATE TABLE made (id int);\n\nCREATE INDEX CONCURRENTLY t_x ON t (x);\nSELECT 1;\n",
    )
    assert surefoot.migrate(folder.load(), table).done == ("001_x",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "CREATE TABLE made (id bigint);\nCREATE INDEX CONCURRENTLY t_x ON t (x);\nSELECT 1;\n",
            "statement 1 was: CREATE TABLE made (id int)\nit is now: CREATE TABLE made (id bigint)",
        ),
        (
            "CREATE TABLE made (id int);\n",
            "statement 2 was: CREATE INDEX CONCURRENTLY t_x ON t (x)\nit is not in the file any more",
        ),
    ],
)
def test_what_is_done_may_not_be_edited(folder: ProjectFolder, table: psycopg.Connection, text: str, why: str) -> None:
    interrupted(folder, table)
    folder.write("migrations/001_x.sql", text)
    with pytest.raises(surefoot.Refused) as caught:
        surefoot.migrate(folder.load(), table)
    assert caught.value.word == "edited-unfinished"
    assert caught.value.why == why


def test_abandon_undoes_it(folder: ProjectFolder, table: psycopg.Connection) -> None:
    interrupted(folder, table)
    run = surefoot.abandon(folder.load(), table, 1)
    assert run.done == ("001_x",)
    assert indexes(table) == {}
    assert table.execute("SELECT to_regclass('made'), (SELECT count(*) FROM surefoot.progress)").fetchone() == (None, 0)
    assert actions(table) == ["failed", "rolled_back"]
    assert surefoot.status(folder.load(), table).pending == 1


def test_what_is_unfinished_is_in_the_way_of_others(folder: ProjectFolder, table: psycopg.Connection) -> None:
    folder.add("000_first.sql", "SELECT 1;")
    surefoot.migrate(folder.load(), table)
    interrupted(folder, table)
    with pytest.raises(surefoot.Refused) as caught:
        surefoot.rollback(folder.load(), table)
    assert caught.value.word == "unfinished"
    folder.entries[-1] = folder.entries[-1].replace("transaction: false", "transaction: true")
    with pytest.raises(surefoot.Refused) as caught:
        surefoot.migrate(folder.load(), table)
    assert caught.value.word == "unfinished"


def test_rolled_back_concurrently(folder: ProjectFolder, table: psycopg.Connection) -> None:
    folder.add(
        "001_x.sql",
        "CREATE INDEX CONCURRENTLY t_x ON t (x);",
        "DROP INDEX CONCURRENTLY IF EXISTS t_x;",
        transaction="false",
    )
    surefoot.migrate(folder.load(), table)
    assert surefoot.rollback(folder.load(), table).done == ("001_x",)
    assert indexes(table) == {}
    assert actions(table) == ["applied", "rolled_back"]


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT 1;\nCREATE INDEX CONCURRENTLY i ON t (x);", "CREATE INDEX CONCURRENTLY"),
        ("SELECT 1;\ncreate unique index /* c */ concurrently i on t (x);", "CREATE INDEX CONCURRENTLY"),
        ("SELECT 1;\nDROP INDEX CONCURRENTLY i;", "DROP INDEX CONCURRENTLY"),
        ("SELECT 1;\nREINDEX (VERBOSE) TABLE CONCURRENTLY t;", "REINDEX CONCURRENTLY"),
        ("SELECT 1;\nALTER TABLE p DETACH PARTITION c CONCURRENTLY;", "DETACH PARTITION CONCURRENTLY"),
        ("SELECT 1;\nVACUUM ANALYZE t;", "VACUUM"),
        ("SELECT 1;\nCREATE DATABASE x;", "CREATE DATABASE"),
        ("SELECT 1;\nALTER SYSTEM SET work_mem = '1MB';", "ALTER SYSTEM"),
    ],
)
def test_what_cannot_run_in_a_transaction_is_named_before(
    folder: ProjectFolder, table: psycopg.Connection, sql: str, name: str
) -> None:
    folder.add("001_x.sql", sql)
    with pytest.raises(surefoot.SplitError) as caught:
        surefoot.migrate(folder.load(), table)
    assert str(caught.value) == f"migrations/001_x.sql:2:1: {name} cannot run in a transaction, and this file is one"
    assert actions(table) == []


def test_an_unnamed_index_is_refused(folder: ProjectFolder, table: psycopg.Connection) -> None:
    folder.add("001_x.sql", "CREATE INDEX CONCURRENTLY ON t (x);", transaction="false")
    with pytest.raises(surefoot.SplitError, match=r"^migrations/001_x\.sql:1:1: this index has no name$"):
        surefoot.migrate(folder.load(), table)


def test_a_role_or_path_of_the_file_does_not_hide_the_notes(folder: ProjectFolder, table: psycopg.Connection) -> None:
    table.execute("CREATE SCHEMA app; GRANT ALL ON SCHEMA app, public TO pg_monitor; ALTER TABLE t OWNER TO pg_monitor")
    folder.add(
        "001_x.sql",
        "SET ROLE pg_monitor;\nSET search_path = app, public;\nCREATE TABLE a (id int);\n"
        "CREATE INDEX CONCURRENTLY t_x ON t (x);\nCREATE TABLE b (id int);\n"
        "COPY b FROM stdin;\n1\n2\n\\.\nINSERT INTO b VALUES (3);\n",
        transaction="false",
    )
    surefoot.migrate(folder.load(), table)
    owners = table.execute(
        "SELECT relname, relowner::regrole::text FROM pg_class WHERE relnamespace = 'app'::regnamespace ORDER BY 1"
    ).fetchall()
    assert owners == [("a", "pg_monitor"), ("b", "pg_monitor")]
    assert table.execute("SELECT sum(id) FROM app.b").fetchone() == (6,)
    assert table.execute("SELECT current_user, current_setting('search_path')").fetchone() == (
        "postgres",
        '"$user", public',
    )


def test_checks_around_it(folder: ProjectFolder, table: psycopg.Connection) -> None:
    folder.add(
        "001_x.sql",
        "CREATE INDEX CONCURRENTLY t_x ON t (x);",
        transaction="false",
        checks="[{name: before, when: before, sql: SELECT to_regclass('t_x') IS NULL, expect: true},"
        " {name: after, sql: SELECT to_regclass('t_x') IS NULL, expect: false}]",
    )
    assert surefoot.migrate(folder.load(), table).done == ("001_x",)


def test_one_transaction_for_all_is_refused(folder: ProjectFolder, table: psycopg.Connection) -> None:
    folder.add("001_x.sql", "VACUUM t;", transaction="false")
    with pytest.raises(surefoot.Refused) as caught:
        surefoot.migrate(folder.load(), table, single_transaction=True)
    assert caught.value.word == "not-one-transaction"


def test_a_lock_timeout_is_tried_again_and_says_who(
    folder: ProjectFolder, table: psycopg.Connection, database_url: str
) -> None:
    folder.add("001_x.sql", "ALTER TABLE t ADD COLUMN y int;", settings="{lock_timeout: 1500ms, lock_retries: 1}")
    with psycopg.connect(database_url, application_name="the blocker") as blocker:
        blocker.execute("SELECT * FROM t")
        events: list[Event] = []
        with pytest.raises(surefoot.LockTimedOut) as caught:
            surefoot.migrate(folder.load(), table, listener=events.append)
    names = [type(event).__name__ for event in events]
    assert names.count("Retried") == 1
    assert "Blocked" in names
    assert caught.value.exit_status == 5
    assert caught.value.why is not None
    assert "application the blocker, idle in transaction" in caught.value.why
    assert caught.value.state == "nothing of 001_x remains; this run changed nothing else"
    assert surefoot.migrate(folder.load(), table).done == ("001_x",)


def failing_check(folder: ProjectFolder, **keys: str) -> None:
    folder.add(
        "001_x.sql",
        "CREATE TABLE made (id int);\nCREATE INDEX CONCURRENTLY t_x ON t (x);\n",
        "DROP INDEX IF EXISTS t_x;\nDROP TABLE IF EXISTS made;\n",
        transaction="false",
        checks="[{name: made has rows, sql: SELECT count(*) > 0 FROM made, expect: true}]",
        **keys,
    )


def test_when_a_check_after_it_fails_it_is_undone(folder: ProjectFolder, table: psycopg.Connection) -> None:
    failing_check(folder)
    with pytest.raises(surefoot.CheckFailed) as caught:
        surefoot.migrate(folder.load(), table)
    assert caught.value.state == ("001_x was undone by rollbacks/rollback_001.sql; this run changed nothing else")
    assert indexes(table) == {}
    assert actions(table) == ["failed", "rolled_back"]
    assert surefoot.status(folder.load(), table).ledger.unfinished == ()


def test_or_it_stays_and_can_be_taken_up_again(folder: ProjectFolder, table: psycopg.Connection) -> None:
    failing_check(folder, on_failed_check="stop")
    with pytest.raises(surefoot.CheckFailed) as caught:
        surefoot.migrate(folder.load(), table)
    assert caught.value.state == "all statements of 001_x are done and stay; it is not recorded as applied"
    assert indexes(table) == {"t_x": True}
    assert [line.state for line in surefoot.status(folder.load(), table).lines] == ["unfinished"]
    table.execute("INSERT INTO made VALUES (1)")
    assert surefoot.migrate(folder.load(), table).done == ("001_x",)
    assert actions(table) == ["failed", "applied"]


def test_abandoned_by_a_rollback_in_a_transaction(folder: ProjectFolder, table: psycopg.Connection) -> None:
    failing_check(folder, on_failed_check="stop")
    with pytest.raises(surefoot.CheckFailed):
        surefoot.migrate(folder.load(), table)
    surefoot.abandon(folder.load(), table, 1, consent=lambda preview: True)
    assert surefoot.status(folder.load(), table).ledger.unfinished == ()
    assert indexes(table) == {}


def test_milder_levels_of_rollback(folder: ProjectFolder, table: psycopg.Connection) -> None:
    folder.add(
        "001_x.sql",
        "CREATE TABLE plans (id int, is_active boolean); INSERT INTO plans VALUES (1, true);",
        "DROP TABLE IF EXISTS plans;",
        data_rollback="data_001.sql",
        feature_rollback="feature_001.sql",
    )
    folder.add("002_y.sql", "SELECT 1;")
    folder.write("rollbacks/data_001.sql", "DELETE FROM plans;")
    folder.write("rollbacks/feature_001.sql", "UPDATE plans SET is_active = false;")
    surefoot.migrate(folder.load(), table)
    with pytest.raises(surefoot.Refused, match="002_y has no feature rollback"):
        surefoot.rollback(folder.load(), table, level="feature", consent=lambda preview: True)
    surefoot.rollback(folder.load(), table, to="0", level="feature", consent=lambda preview: True)
    assert table.execute("SELECT * FROM plans").fetchall() == [(1, False)]
    shown: list[str] = []

    def consent(preview: RollbackPreview) -> bool:
        shown.extend(map(str, preview.changed_rows))
        return True

    surefoot.rollback(folder.load(), table, to="0", level="data", consent=consent)
    assert shown == ["rows of public.plans: 1 deleted"]
    assert table.execute("SELECT * FROM plans").fetchall() == []
    assert actions(table) == ["applied", "applied", "feature_rolled_back", "data_rolled_back"]
    assert surefoot.status(folder.load(), table).pending == 0


def test_the_progress_of_an_index_is_heard(folder: ProjectFolder, table: psycopg.Connection, database_url: str) -> None:
    """An older snapshot keeps the build waiting until its phase was seen."""
    folder.add("001_x.sql", "CREATE INDEX CONCURRENTLY t_x ON t (x);", transaction="false")
    with psycopg.connect(database_url) as older:
        older.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        older.execute("SELECT * FROM t")
        phases: list[str] = []

        def listen(event: Event) -> None:
            if isinstance(event, IndexBuilding | Blocked):
                phases.append(type(event).__name__)
                older.rollback()

        surefoot.migrate(folder.load(), table, listener=listen)
    assert phases


def test_a_very_large_statement_is_said(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", f"SELECT 1;\nSELECT length('{'x' * 9_000_000}');\n")
    events: list[Event] = []
    surefoot.migrate(folder.load(), connection, listener=events.append)
    assert (
        NoticeReceived(
            "WARNING",
            "migrations/001_x.sql:2 is one statement of 9 MB: client and server hold it whole; COPY would stream it",
        )
        in events
    )
