"""Dry runs: what they report of real statements on a real server, and that they leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
import pytest
from fix_contents import contents
from fix_dryrun import LEADS, PLACES, dry_run, forward, locked, locks_of
from fix_project import ProjectFolder
from psycopg.pq import TransactionStatus

import surefoot
from surefoot.dryrun import rehearse
from surefoot.dryrun_report import DryRun, lines
from surefoot.engine import Engine
from surefoot.errors import CheckFailed, ConnectionFailed, Interrupted, LockTimedOut, SqlFailed
from surefoot.footprint import Footprint, Lock, LockMode, Relation
from surefoot.step import Step
from surefoot_lint.errors import SurefootError

# -- Nothing is changed -----------------------------------------------------------------------------------------------

EVERYTHING = """
SET ROLE pg_monitor; RESET ROLE; SET search_path TO 'pg_catalog'; RESET search_path; SET work_mem TO '1MB';
CREATE TEMP TABLE scratch (id int);
CREATE TABLE new (id int);
COPY new FROM stdin;
1
2
\\.
ALTER TABLE leads ALTER place TYPE bigint;
DELETE FROM leads;
INSERT INTO places SELECT id + 10, 'x' FROM new;
PREPARE p AS SELECT 1;
LISTEN news;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP VIEW names;
"""


SESSION = """
SELECT current_setting('work_mem'), current_user = session_user, (SELECT count(*) FROM pg_prepared_statements),
    (SELECT count(*) FROM pg_listening_channels()),
    (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory')
"""


def test_nothing_is_changed(folder: ProjectFolder, system: psycopg.Connection) -> None:
    before = contents(system)  # with the ledger
    seen = dry_run(folder, system, EVERYTHING)
    assert seen.failure is None
    tags = [one.tag for one in seen.migrations[0].statements]
    assert tags[5:] == [
        *("CREATE TABLE", "CREATE TABLE", "COPY", "ALTER TABLE", "DELETE 20", "INSERT 0 2"),
        *("PREPARE", "LISTEN", "CREATE FUNCTION", "DROP VIEW"),
    ]
    assert seen.sequences == ()
    assert contents(system) == before
    assert system.info.transaction_status == TransactionStatus.IDLE
    assert system.execute(SESSION).fetchone() == ("4MB", True, 0, 0, 0)


def test_moved_sequences_are_told(folder: ProjectFolder, system: psycopg.Connection) -> None:
    system.execute("CREATE SEQUENCE \"Unused\"; CREATE SEQUENCE still; CREATE SEQUENCE set_to; SELECT nextval('still')")
    text = """
    INSERT INTO leads (name) VALUES ('one'), ('two');
    SELECT nextval('"Unused"'); SELECT setval('set_to', 99); SELECT currval('set_to');
    CREATE SEQUENCE new; SELECT nextval('new'); ALTER SEQUENCE still RESTART 70;
    """
    seen = dry_run(folder, system, text)
    assert {one.sequence: (one.before, one.after) for one in seen.sequences} == {
        'public."Unused"': (None, 1),
        "public.leads_id_seq": (20, 22),
        "public.set_to": (None, 99),
    }
    assert lines(seen)[-5:] == [
        "sequences that moved, as nothing rolls them back:",
        '  public."Unused": not used → 1',
        "  public.leads_id_seq: 20 → 22",
        "  public.set_to: not used → 99",
        "all of the dry run was rolled back, but for these sequences",
    ]


# -- Several migrations -----------------------------------------------------------------------------------------------


def test_a_later_migration_sees_an_earlier_one(folder: ProjectFolder, system: psycopg.Connection) -> None:
    seen = dry_run(
        folder,
        system,
        "CREATE TABLE a (id int); ALTER TABLE leads ADD note text; SET search_path TO pg_catalog",
        "CREATE TABLE b AS SELECT note FROM leads; INSERT INTO a VALUES (1)",
    )
    assert seen.failure is None
    first, second = seen.migrations
    assert first.held_before == ()
    assert second.held_before == (Lock(Relation(LEADS, "table"), LockMode.ACCESS_EXCLUSIVE),)
    assert (first.number, first.name, first.action, first.is_transaction) == (1, "001_x", "applied", True)
    assert locks_of(second.statements[0].footprint) == {LEADS: "ACCESS SHARE"}


def test_a_session_is_left_to_the_next_migration_as_it_was(
    folder: ProjectFolder, connection: psycopg.Connection
) -> None:
    text = "CREATE TEMP TABLE scratch (id int); PREPARE p AS SELECT 1; SET ROLE pg_monitor"
    again = "CREATE TABLE new (id int); CREATE TEMP TABLE scratch (id int); PREPARE p AS SELECT 1"
    assert dry_run(folder, connection, text, again).failure is None


def test_a_rollback(folder: ProjectFolder, system: psycopg.Connection) -> None:
    folder.add("001_x.sql", "CREATE TABLE new (id int)", "DROP TABLE leads; DELETE FROM places;")
    project = folder.load()
    source = project.rollback_of(project.migrations[0])
    assert source is not None
    step = Step("rolled_back", 1, "001_x", source, source, project.manifest.settings)
    with locked(project, system) as engine:
        seen = rehearse(engine, [step])
    assert seen.failure is None
    (report,) = seen.migrations
    assert (report.action, [one.tag for one in report.statements]) == ("rolled_back", ["DROP TABLE", "DELETE 1"])
    assert report.statements[0].where == "rollbacks/rollback_001.sql:1"


# -- What cannot run in a transaction ---------------------------------------------------------------------------------


def test_what_cannot_run_is_listed(folder: ProjectFolder, system: psycopg.Connection) -> None:
    system.execute("CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE INDEX pi ON p (id)")
    system.execute("CREATE PROCEDURE commits() LANGUAGE plpgsql AS 'BEGIN COMMIT; END'")
    text = """CREATE INDEX CONCURRENTLY by_name ON leads (name);
    VACUUM leads;
    UPDATE places SET name = 'x';
    REINDEX INDEX pi;
    CALL commits();
    ALTER TABLE places ADD note text;"""
    seen = dry_run(folder, system, text, transaction="false")
    assert seen.failure is None
    (report,) = seen.migrations
    assert [(one.line, one.tag, one.not_run) for one in report.statements] == [
        (1, None, "CREATE INDEX CONCURRENTLY cannot run in a transaction"),
        (2, None, "VACUUM cannot run in a transaction"),
        (3, "UPDATE 1", None),
        (4, None, "REINDEX INDEX cannot run inside a transaction block"),
        (5, None, "invalid transaction termination"),
        (6, "ALTER TABLE", None),
    ]
    assert "  not run: migrations/001_x.sql:2: VACUUM cannot run in a transaction" in lines(seen)
    assert not report.is_transaction


def test_what_an_earlier_run_has_done_is_not_run_again(folder: ProjectFolder, system: psycopg.Connection) -> None:
    text = "CREATE TABLE a (id int);\nSET work_mem TO '1MB';\nCREATE INDEX CONCURRENTLY i ON a (nothing);"
    folder.add("001_x.sql", text, transaction="false")
    with pytest.raises(SqlFailed):
        surefoot.migrate(folder.load(), system)
    folder.write("migrations/001_x.sql", text.replace("nothing", "id"))
    project = folder.load()
    with locked(project, system) as engine:
        seen = rehearse(engine, forward(project))
    assert seen.failure is None
    assert [one.tag or one.not_run for one in seen.migrations[0].statements] == [
        "an earlier run has done it",
        "SET",
        "CREATE INDEX CONCURRENTLY cannot run in a transaction",
    ]


def test_an_error_that_may_come_of_what_was_not_run_says_so(folder: ProjectFolder, system: psycopg.Connection) -> None:
    text = "CREATE UNIQUE INDEX CONCURRENTLY u ON leads (id);\nALTER TABLE leads ADD PRIMARY KEY USING INDEX u;"
    error = failed(dry_run(folder, system, text, transaction="false"), SqlFailed)
    assert str(error) == 'migrations/001_x.sql:2:23: index "u" does not exist'
    assert error.why == (
        "it may miss what the dry run could not run: "
        "migrations/001_x.sql:1: CREATE INDEX CONCURRENTLY cannot run in a transaction"
    )


def test_another_error_has_nothing_to_do_with_what_was_not_run(
    folder: ProjectFolder, system: psycopg.Connection
) -> None:
    text = "CREATE INDEX CONCURRENTLY i ON leads (id);\nSELECT 1 / 0;"
    assert failed(dry_run(folder, system, text, transaction="false"), SqlFailed).why is None


def test_an_enum_label_of_an_earlier_migration(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    connection.execute("CREATE TYPE mood AS ENUM ('fine')")
    seen = dry_run(folder, connection, "ALTER TYPE mood ADD VALUE 'sad'", "SELECT 'sad'::mood")
    assert failed(seen, SqlFailed).why == (
        "a dry run is one transaction, where a run commits in between: "
        "a new enum label can be used after its commit only"
    )


def test_an_enum_label_of_the_same_migration(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    connection.execute("CREATE TYPE mood AS ENUM ('fine')")
    assert (
        failed(dry_run(folder, connection, "ALTER TYPE mood ADD VALUE 'sad'; SELECT 'sad'::mood"), SqlFailed).why
        is None
    )


# -- Errors -----------------------------------------------------------------------------------------------------------

Failure = type[SqlFailed] | type[CheckFailed] | type[LockTimedOut]


def failed(seen: DryRun, kind: Failure) -> SurefootError:
    assert isinstance(seen.failure, kind)
    assert seen.failure.state == "all of the dry run was rolled back"
    return seen.failure


def test_an_error_names_its_place_and_ends_the_dry_run(folder: ProjectFolder, system: psycopg.Connection) -> None:
    before = contents(system)
    seen = dry_run(folder, system, "DROP VIEW names;\nINSERT INTO places\nVALUES ('x');\nTABLE leads;", "SELECT 1")
    error = failed(seen, SqlFailed)
    assert str(error) == 'migrations/001_x.sql:3:9: invalid input syntax for type integer: "x"'
    assert error.where is not None
    assert error.where.excerpt == "VALUES ('x')"
    assert error.next_step == "mend migrations/001_x.sql"
    (report,) = seen.migrations
    assert [one.tag for one in report.statements] == ["DROP VIEW"]
    assert contents(system) == before


def test_a_wrong_row_of_copy_is_placed(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    seen = dry_run(folder, connection, "CREATE TABLE t (id int);\n\nCOPY t FROM stdin;\n1\nthree\n\\.\n")
    assert str(failed(seen, SqlFailed).where).startswith("migrations/001_x.sql:5")


@pytest.mark.parametrize(
    ("check", "tags"),
    [
        ("{name: no lead, when: before, sql: SELECT count(*) FROM leads, expect: 0}", []),
        ("{name: no lead, sql: SELECT count(*) FROM leads, expect: 0}", ["UPDATE 20", "SET"]),
    ],
    ids=["before", "after"],
)
def test_a_check_that_fails(folder: ProjectFolder, system: psycopg.Connection, check: str, tags: list[str]) -> None:
    seen = dry_run(folder, system, "UPDATE leads SET place = 1; SET ROLE pg_monitor;", checks=f"[{check}]")
    error = failed(seen, CheckFailed)
    assert error.what == "the check 'no lead' failed: expected 0, got 20"
    assert error.next_step == "look at the data, or mend the migration or its check"
    assert [one.tag for one in seen.migrations[0].statements] == tags


def test_checks_that_hold(folder: ProjectFolder, system: psycopg.Connection) -> None:
    checks = (
        "[{name: leads, when: before, sql: SELECT count(*) FROM leads, expect: 20},"
        " {name: none, sql: SELECT count(*) FROM leads, expect: 0}]"
    )
    assert dry_run(folder, system, "DELETE FROM leads", checks=checks).failure is None


DEFERRED = "ALTER TABLE leads ADD CONSTRAINT f FOREIGN KEY (place) REFERENCES places DEFERRABLE INITIALLY DEFERRED"


def test_a_deferred_constraint_is_checked_as_by_commit(folder: ProjectFolder, system: psycopg.Connection) -> None:
    system.execute(DEFERRED.encode())
    error = failed(dry_run(folder, system, "UPDATE leads SET place = 7"), SqlFailed)
    assert 'violates foreign key constraint "f"' in error.what
    assert str(error.where) == "migrations/001_x.sql"


def test_a_deferred_constraint_is_deferred_in_each_migration(folder: ProjectFolder, system: psycopg.Connection) -> None:
    system.execute(DEFERRED.encode())
    later = "UPDATE leads SET place = 7; INSERT INTO places VALUES (7, 'x')"
    altered = "ALTER TABLE leads ADD note text"  # refused while there are events to come of an earlier one
    assert dry_run(folder, system, "UPDATE leads SET place = 1", altered, later).failure is None


def test_the_lock_of_a_deferred_check_is_not_the_next_migrations(
    folder: ProjectFolder, system: psycopg.Connection
) -> None:
    system.execute(f"{DEFERRED}; INSERT INTO places VALUES (2, 'Bonn')".encode())
    first, second = dry_run(folder, system, "UPDATE leads SET place = 2", "SELECT 1").migrations
    assert PLACES not in locks_of(first.statements[0].footprint)
    assert second.statements[0].footprint == Footprint()
    assert Lock(Relation(PLACES, "table"), LockMode.ROW_SHARE) in second.held_before


def test_a_lock_that_is_not_had(folder: ProjectFolder, system: psycopg.Connection, database_url: str) -> None:
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE leads")
        seen = dry_run(folder, system, "DELETE FROM leads", settings="{lock_timeout: 10ms}")
    error = failed(seen, LockTimedOut)
    assert str(error) == "migrations/001_x.sql:1:13: 001_x did not get a lock: canceling statement due to lock timeout"
    assert error.next_step == "try again when that session has ended; migrate tries several times"


def test_a_lost_connection(folder: ProjectFolder, system: psycopg.Connection) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        dry_run(folder, system, "DROP VIEW names; SELECT pg_terminate_backend(pg_backend_pid())")
    assert caught.value.what.startswith("the connection was lost in the dry run: ")
    assert caught.value.state == "the server rolls the dry run back"


def test_an_interruption(folder: ProjectFolder, system: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Engine) -> Iterable[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr("surefoot.engine.Engine.idle", interrupted)
    with pytest.raises(Interrupted) as caught:
        dry_run(folder, system, "DROP VIEW names; SELECT pg_sleep(60)")
    assert (caught.value.what, caught.value.state) == (
        "interrupted in the dry run",
        "all of the dry run was rolled back",
    )
    assert system.execute("SELECT count(*) FROM names").fetchone() == (1,)
