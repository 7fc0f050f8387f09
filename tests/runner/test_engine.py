"""What the engine does to a database, and what it leaves when something goes wrong."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from fix_project import ProjectFolder

import surefoot
from surefoot.events import CheckPassed, Event, NoticeReceived, StepDone, TextSent
from surefoot_lint.project import Project


def tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    return sorted(row[0] for row in rows)


def actions(connection: psycopg.Connection) -> list[tuple[int, str]]:
    return [(int(n), a) for n, a in connection.execute("SELECT number, action FROM surefoot.ledger ORDER BY id")]


def test_migrate_applies_in_order_and_records(three: Callable[[], Project], connection: psycopg.Connection) -> None:
    events: list[Event] = []
    run = surefoot.migrate(three(), connection, listener=events.append)
    assert run.done == ("001_one", "002_two", "003_three")
    assert tables(connection) == ["one", "three", "two"]
    assert actions(connection) == [(1, "applied"), (2, "applied"), (3, "applied")]
    assert [e.name for e in events if isinstance(e, StepDone)] == list(run.done)


def test_again_there_is_nothing_to_do(three: Callable[[], Project], connection: psycopg.Connection) -> None:
    surefoot.migrate(three(), connection)
    assert surefoot.migrate(three(), connection) == surefoot.Run((), 3)


def test_to_stops_after_that_number(three: Callable[[], Project], connection: psycopg.Connection) -> None:
    assert surefoot.migrate(three(), connection, to="002").done == ("001_one", "002_two")
    assert surefoot.migrate(three(), connection).done == ("003_three",)


def test_the_ledger_says_who_and_what(three: Callable[[], Project], connection: psycopg.Connection) -> None:
    project = three()
    surefoot.migrate(project, connection)
    row = connection.execute(
        "SELECT name, checksum, rollback_checksum, role, os_user, host, tool_version, rollback_sql, duration_ms >= 0"
        " FROM surefoot.ledger WHERE id = 1"
    ).fetchone()
    assert row is not None
    name, checksum, rollback_checksum, role, os_user, host, version, rollback_sql, is_measured = row
    rollback = project.rollback_of(project.migrations[0])
    assert rollback is not None
    assert (name, checksum, rollback_checksum) == ("001_one", project.migrations[0].source.checksum, rollback.checksum)
    assert (role, version, rollback_sql, is_measured) == (
        "postgres",
        surefoot.__version__,
        "DROP TABLE IF EXISTS one;",
        True,
    )
    assert os_user
    assert host


FAILING = "CREATE TABLE good (id int);\n\nINSERT INTO good\nVALUES ('x');\n"


def test_a_failing_statement_leaves_nothing(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_good.sql", "CREATE TABLE first (id int);")
    folder.add("002_bad.sql", FAILING)
    with pytest.raises(surefoot.SqlFailed) as caught:
        surefoot.migrate(folder.load(), connection)
    error = caught.value
    assert str(error) == 'migrations/002_bad.sql:4:9: invalid input syntax for type integer: "x"'
    assert error.where is not None
    assert error.where.excerpt == "VALUES ('x')"
    assert error.diagnosis.sqlstate == "22P02"
    assert error.state == "nothing of 002_bad remains; this run has applied 1: 001_good"
    assert error.next_step == "mend migrations/002_bad.sql and run: surefoot migrate"
    assert tables(connection) == ["first"]
    assert actions(connection) == [(1, "applied"), (2, "failed")]


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("SELECT 1;\n" * 39 + "CREATE TABEL t (id int);", "migrations/001_x.sql:40:8"),
        ("SELECT 'ä€😀';  SELECT 'ü', nope;", "migrations/001_x.sql:1:28"),
        ("CREATE TABLE t (id int);\nSELECT 1 / (SELECT count(*) FROM t);", "migrations/001_x.sql:2:1"),
        ("-- a comment\n/* and\nanother */  DO $$ BEGIN RAISE 'no'; END $$;", "migrations/001_x.sql:3:13"),
        ("SELECT 1;\nSELECT 1,\n  missing()\nFROM pg_class", "migrations/001_x.sql:3:3"),
    ],
    ids=["syntax on line 40", "beyond ASCII", "while it runs", "after comments", "in the last, unended one"],
)
def test_an_error_names_its_place(folder: ProjectFolder, connection: psycopg.Connection, sql: str, place: str) -> None:
    folder.add("001_x.sql", sql)
    with pytest.raises(surefoot.SqlFailed) as caught:
        surefoot.migrate(folder.load(), connection)
    assert str(caught.value.where) == place


def test_an_error_is_placed_in_a_later_batch(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    filler = "INSERT INTO t VALUES (1, 'a text that takes some room');\n"
    folder.add("001_x.sql", "CREATE TABLE t (id int, x text);\n" + filler * 20_000 + "SELECT nope;\n")
    with pytest.raises(surefoot.SqlFailed) as caught:
        surefoot.migrate(folder.load(), connection)
    assert str(caught.value.where) == "migrations/001_x.sql:20002:8"
    assert tables(connection) == []


def test_a_large_file_goes_in_batches(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    rows = "".join(f"INSERT INTO t VALUES ({n}, 'a text that takes some room');\n" for n in range(30_000))
    folder.add("001_x.sql", "CREATE TABLE t (id int, x text);\n" + rows)
    events: list[Event] = []
    surefoot.migrate(folder.load(), connection, listener=events.append)
    assert connection.execute("SELECT count(*), sum(id) FROM t").fetchone() == (30_000, 449_985_000)
    sent = [event.sent for event in events if isinstance(event, TextSent)]
    assert len(sent) >= 5
    assert sent == sorted(sent)


COPIES = (
    "CREATE TABLE t (id int, x text);\nCOPY t (id, x) FROM stdin;\n1\ta;b\n2\t$$ ' \\\\\n\\.\n"
    'CREATE INDEX ON t (x);\nCOPY t FROM STDIN WITH (FORMAT csv);\n3,"c\nd"\n\\.\n'
)


def test_copy_from_stdin(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", COPIES)
    surefoot.migrate(folder.load(), connection)
    assert connection.execute("SELECT * FROM t ORDER BY id").fetchall() == [(1, "a;b"), (2, "$$ ' \\"), (3, "c\nd")]


def test_a_wrong_row_of_copy_is_placed(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", "CREATE TABLE t (id int);\n\nCOPY t FROM stdin;\n1\n2\nthree\n4\n\\.\n")
    with pytest.raises(surefoot.SqlFailed) as caught:
        surefoot.migrate(folder.load(), connection)
    assert str(caught.value.where) == "migrations/001_x.sql:6"
    assert tables(connection) == []


def test_a_wrong_row_in_much_data_is_placed(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    rows = "123456789\n" * 200_000
    folder.add("001_x.sql", f"CREATE TABLE t (id int);\nCOPY t FROM stdin;\n1\nbad\n{rows}\\.\n")
    with pytest.raises(surefoot.SqlFailed) as caught:
        surefoot.migrate(folder.load(), connection)
    assert str(caught.value.where) == "migrations/001_x.sql:4"
    assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize(
    "sql",
    [
        "SET search_path = ''",
        "SELECT set_config('search_path', '', false)",
        "CREATE ROLE somebody; GRANT CREATE ON SCHEMA public TO somebody; SET ROLE somebody",
        "SET SESSION AUTHORIZATION embedded_other",
        "SET standard_conforming_strings = off; SELECT 'a\\'b'; SELECT 1",
        "SET session_replication_role = replica",
        "SET TimeZone = 'Asia/Kolkata'; SET DateStyle = 'German'",
        "LISTEN something; PREPARE p AS SELECT 1; CREATE TEMP TABLE left_over (id int)",
        "SET row_security = off; SET check_function_bodies = off; RESET ALL",
        "SET bytea_output = 'escape'; SET quote_all_identifiers = on",
    ],
)
def test_nothing_leaks_into_the_next_migration(folder: ProjectFolder, connection: psycopg.Connection, sql: str) -> None:
    connection.execute(
        "DO $$ BEGIN CREATE ROLE embedded_other; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    settings = "SELECT name, setting FROM pg_settings WHERE name NOT LIKE 'transaction%' ORDER BY name"
    before = connection.execute(settings).fetchall()
    folder.add("001_x.sql", sql)
    folder.add("002_y.sql", "CREATE TABLE plain (id int);")
    try:
        surefoot.migrate(folder.load(), connection)
    finally:
        connection.execute("DROP OWNED BY somebody; DROP ROLE somebody") if "somebody" in sql else None
    assert actions(connection) == [(1, "applied"), (2, "applied")]
    assert connection.execute(settings).fetchall() == before
    assert connection.execute("SELECT current_user = session_user, to_regclass('public.plain')::text").fetchone() == (
        True,
        "plain",
    )
    left = "SELECT (SELECT count(*) FROM pg_prepared_statements), to_regclass('left_over'), pg_listening_channels()"
    assert connection.execute(f"{left[: left.rfind(',')]}").fetchone() == (0, None)
    assert surefoot.verify(folder.load(), connection).holds


HOSTILE = """\
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $q$
BEGIN
    -- ; ' " $$
    RETURN $in$ 100% :x :'y' ${z} %s {} ; $$ $in$ || '; COMMIT;';
END
$q$;
/* outer /* inner ; */ COMMIT; */
CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql
BEGIN ATOMIC
    SELECT CASE WHEN a > 1 THEN 1 ELSE 2 END;
    SELECT a;
END;
CREATE TABLE t (id int, "odd;name" text);
CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);
SELECT ':not_a_variable', '%s', E'it\\'s; fine', U&'d\\0061t\\+000061;';
COMMENT ON TABLE t IS 'BEGIN; COMMIT; \\restrict';
"""


def test_hostile_text_is_run_as_it_is(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", "\\restrict abc\n" + HOSTILE + "\\unrestrict abc\n")
    surefoot.migrate(folder.load(), connection)
    assert connection.execute("SELECT f()").fetchone() == (" 100% :x :'y' ${z} %s {} ; $$ ; COMMIT;",)
    assert connection.execute("SELECT g(2)").fetchone() == (2,)


def test_checks_before_and_after(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    checks = (
        "[{name: was empty, when: before, sql: SELECT to_regclass('t') IS NULL, expect: true},"
        " {name: has rows, sql: 'SELECT id, x FROM t ORDER BY 1', expect: [[1, a], [2, null]]}]"
    )
    folder.add("001_x.sql", "CREATE TABLE t AS SELECT 1 AS id, 'a' AS x UNION SELECT 2, NULL;", checks=checks)
    events: list[Event] = []
    surefoot.migrate(folder.load(), connection, listener=events.append)
    assert [event.check for event in events if isinstance(event, CheckPassed)] == ["was empty", "has rows"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_failing_check_leaves_nothing(folder: ProjectFolder, connection: psycopg.Connection, when: str) -> None:
    folder.add(
        "001_x.sql", "CREATE TABLE t (id int);", checks=f"[{{name: four, when: {when}, sql: SELECT 3, expect: 4}}]"
    )
    with pytest.raises(surefoot.CheckFailed) as caught:
        surefoot.migrate(folder.load(), connection)
    assert str(caught.value) == "manifest.yaml:7:14: the check 'four' failed: expected 4, got 3"
    assert caught.value.state == "nothing of 001_x remains; this run changed nothing else"
    assert tables(connection) == []
    assert actions(connection) == [(1, "failed")]


def test_after_checks_are_not_disturbed_by_the_file(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add(
        "001_x.sql",
        "CREATE TABLE t (id int); SET search_path = ''; SET ROLE pg_read_all_data;",
        checks="[{name: sees t, sql: SELECT count(*) FROM t, expect: 0}]",
    )
    assert surefoot.migrate(folder.load(), connection).done == ("001_x",)


def test_one_transaction_for_all_or_nothing(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_a.sql", "CREATE TABLE a (id int); SET search_path = '';")
    folder.add("002_b.sql", "CREATE TABLE public.b (id int); SELECT nope;")
    with pytest.raises(surefoot.SqlFailed) as caught:
        surefoot.migrate(folder.load(), connection, single_transaction=True)
    assert caught.value.state == "nothing of 002_b remains; this run changed nothing else"
    assert tables(connection) == []
    folder.write("migrations/002_b.sql", "CREATE TABLE b (id int);")
    assert surefoot.migrate(folder.load(), connection, single_transaction=True).done == ("001_a", "002_b")
    assert tables(connection) == ["a", "b"]
    assert surefoot.verify(folder.load(), connection).holds


def test_an_enum_label_used_in_the_same_transaction_gets_advice(
    folder: ProjectFolder, connection: psycopg.Connection
) -> None:
    connection.execute("CREATE TYPE mood AS ENUM ('sad')")
    folder.add("001_a.sql", "ALTER TYPE mood ADD VALUE 'glad';")
    folder.add("002_b.sql", "SELECT 'glad'::mood;")
    with pytest.raises(surefoot.SqlFailed) as caught:
        surefoot.migrate(folder.load(), connection, single_transaction=True)
    assert caught.value.next_step is not None
    assert caught.value.next_step.startswith("run it without --single-transaction")
    assert len(surefoot.migrate(folder.load(), connection).done) == 2


def test_warnings_of_the_server_are_heard(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_x.sql", "DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$;")
    events: list[Event] = []
    surefoot.migrate(folder.load(), connection, listener=events.append)
    assert NoticeReceived("WARNING", "mind the gap") in events


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("CREATE TABLE t (id int);\nCOMMIT;\nCREATE TABLE u (id int);", "COMMIT"),
        ("/* x */ begin work;\nSELECT 1;\nend;", "BEGIN"),
        ("SELECT 1; ROLLBACK AND CHAIN;", "ROLLBACK"),
        ("START TRANSACTION;", "START"),
        ("PREPARE TRANSACTION 'x';", "PREPARE"),
    ],
)
def test_transaction_control_is_refused_before_anything_runs(
    folder: ProjectFolder, connection: psycopg.Connection, sql: str, word: str
) -> None:
    folder.add("001_first.sql", "CREATE TABLE first (id int);")
    folder.add("002_x.sql", sql)
    with pytest.raises(surefoot.SplitError, match=f"^migrations/002_x.sql:[0-9]+:[0-9]+: {word} in a migration"):
        surefoot.migrate(folder.load(), connection)
    assert tables(connection) == []


def test_savepoints_are_fine(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add(
        "001_x.sql",
        "SAVEPOINT s; CREATE TABLE gone (id int); ROLLBACK WORK TO SAVEPOINT s; RELEASE s;"
        "CREATE TABLE stays (id int); PREPARE p AS SELECT 1;",
    )
    surefoot.migrate(folder.load(), connection)
    assert tables(connection) == ["stays"]


def test_a_transaction_ended_by_other_means_is_noticed(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    """A COMMIT that no splitter could see: record() finds that its transaction is another one."""
    project = folder.load()
    surefoot.migrate(project, connection)
    key = surefoot.lock.lock_key("trial", "surefoot")
    connection.execute("SELECT pg_advisory_lock(%s)", [key])
    with pytest.raises(psycopg.DatabaseError) as caught:
        connection.execute(
            f"BEGIN; SELECT surefoot.fence({key}, 0); COMMIT;"
            f"SELECT surefoot.record('applied', 1, '001_x', fenced_by => {key})"
        )
    assert caught.value.sqlstate == "SF003"
    assert actions(connection) == []


def test_a_run_without_the_lock_or_behind_the_ledger_is_refused(
    three: Callable[[], Project], connection: psycopg.Connection
) -> None:
    surefoot.migrate(three(), connection)
    key = surefoot.lock.lock_key("trial", "surefoot")
    with psycopg.connect(connection.info.dsn) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [key])
        with pytest.raises(psycopg.DatabaseError) as without_lock:
            connection.execute(f"SELECT surefoot.fence({key}, 3)")
    assert without_lock.value.sqlstate == "SF001"
    connection.execute("SELECT pg_advisory_lock(%s)", [key])
    with pytest.raises(psycopg.DatabaseError) as behind:
        connection.execute(f"SELECT surefoot.fence({key}, 0)")
    assert behind.value.sqlstate == "SF002"
