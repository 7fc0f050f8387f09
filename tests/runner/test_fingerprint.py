"""The fingerprint in the ledger: on the last row of a run, true, and never a reason for a run to fail."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from fix_contents import actions, tables
from fix_project import ProjectFolder
from fix_role import MakeRole, connected_as
from psycopg.conninfo import make_conninfo

import surefoot
from surefoot.catalog import KEPT, fingerprint, keep_fingerprint
from surefoot.events import Event, NoticeReceived
from surefoot.script import Script, run
from surefoot_lint.project import Project


def fingerprints(connection: psycopg.Connection) -> list[str | None]:
    return [row[0] for row in connection.execute("SELECT fingerprint FROM surefoot.ledger ORDER BY id")]


def warnings(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, NoticeReceived)]


@pytest.mark.parametrize("together", [False, True])
def test_the_last_row_of_a_run_has_it(
    three: Callable[[], Project], connection: psycopg.Connection, together: bool
) -> None:
    project = three()
    surefoot.migrate(project, connection, to="1")
    one = fingerprint(connection)
    surefoot.migrate(project, connection, single_transaction=together)
    three_of_them = fingerprint(connection)
    surefoot.rollback(project, connection, steps=2)
    assert fingerprints(connection) == [one, None, three_of_them, None, one]
    assert one != three_of_them
    assert surefoot.verify(project, connection).holds


def test_after_a_file_that_is_no_transaction(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.add("001_t.sql", "CREATE TABLE t (id int);")
    folder.add("002_i.sql", "CREATE INDEX CONCURRENTLY i ON t (id);", "DROP INDEX CONCURRENTLY i;", transaction="false")
    surefoot.migrate(folder.load(), connection)
    assert fingerprints(connection) == [None, fingerprint(connection)]
    surefoot.rollback(folder.load(), connection)
    assert fingerprints(connection)[2] == fingerprint(connection)


@pytest.mark.parametrize("transaction", ["true", "false"])
def test_a_failed_run_has_it_too(folder: ProjectFolder, connection: psycopg.Connection, transaction: str) -> None:
    folder.add("001_t.sql", "CREATE TABLE t (id int);")
    folder.add("002_u.sql", "CREATE TABLE u (id int);\nSELECT 1 / 0;", transaction=transaction)
    with pytest.raises(surefoot.SqlFailed):
        surefoot.migrate(folder.load(), connection)
    assert actions(connection) == [(1, "applied"), (2, "failed")]
    assert fingerprints(connection) == [None, fingerprint(connection)]
    assert tables(connection) == (["t"] if transaction == "true" else ["t", "u"])


def test_with_checks_and_a_role_of_the_files_own(
    folder: ProjectFolder, connection: psycopg.Connection, make_role: MakeRole
) -> None:
    role = make_role()
    connection.execute(f"GRANT ALL ON SCHEMA public TO {role}".encode())
    folder.add(
        "001_t.sql",
        f"SET search_path = pg_temp; SET ROLE {role}; CREATE TABLE public.t (day date DEFAULT '2001-02-03');",
        checks="[{name: c, when: after, sql: SELECT count(*) FROM public.t, expect: 0}]",
    )
    surefoot.migrate(folder.load(), connection)
    assert fingerprints(connection) == [fingerprint(connection)]


def test_a_ledger_elsewhere_is_left_out_of_it(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    folder.tail = "ledger: {schema: ops}\n"
    folder.add("001_t.sql", "CREATE TABLE t (id int);")
    before = fingerprint(connection, ledger_schema="ops")
    surefoot.migrate(folder.load(), connection)
    surefoot.rollback(folder.load(), connection)
    connection.execute("DROP TABLE t")
    assert fingerprint(connection, ledger_schema="ops") == before
    rows = connection.execute("SELECT fingerprint FROM ops.ledger ORDER BY id").fetchall()
    assert rows[0] == rows[1] != (before,)


# -- It is never a reason to fail -------------------------------------------------------------------------------------


def test_a_table_that_is_locked_elsewhere(
    folder: ProjectFolder, connection: psycopg.Connection, database_url: str
) -> None:
    connection.execute("CREATE TABLE busy (id int); CREATE VIEW v AS SELECT id FROM busy")
    folder.add("001_t.sql", "CREATE TABLE t (id int);")
    events: list[Event] = []
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE busy")
        surefoot.migrate(folder.load(), connection, listener=events.append)
    assert actions(connection) == [(1, "applied")]
    assert fingerprints(connection) == [None]
    assert warnings(events) == ["the fingerprint of the schema was not taken: canceling statement due to lock timeout"]
    assert surefoot.verify(folder.load(), connection).holds


DEFERRED = """
CREATE TABLE seen (search_path text, lock_timeout text, date_style text);
CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seen VALUES (
        current_setting('search_path'), current_setting('lock_timeout'), current_setting('DateStyle')
    );
    RETURN NULL;
END $$;
CREATE TABLE t (id int);
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION look();
INSERT INTO t VALUES (1);
"""


def test_what_runs_at_commit_finds_its_own_settings(folder: ProjectFolder, connection: psycopg.Connection) -> None:
    connection.execute("SET DateStyle = 'SQL, DMY'")
    folder.add("001_t.sql", DEFERRED)
    surefoot.migrate(folder.load(), connection)
    usual = connection.execute("SELECT current_setting('search_path'), '0', current_setting('DateStyle')").fetchone()
    assert connection.execute("SELECT * FROM seen").fetchone() == usual
    assert fingerprints(connection) == [fingerprint(connection)]


def test_it_waits_for_a_lock_longer_than_a_short_statement_timeout_allows(
    connection: psycopg.Connection, database_url: str
) -> None:
    connection.execute("CREATE TABLE busy (id int); CREATE VIEW v AS SELECT id FROM busy")
    connection.execute("BEGIN; LOCK TABLE busy")
    hurried = make_conninfo(database_url, options="-c statement_timeout=60ms")
    with psycopg.connect(hurried, autocommit=True) as other:
        done = run(other, Script.of(["BEGIN", *keep_fingerprint("surefoot"), f"SELECT {KEPT}", "COMMIT"]))
        assert (done[-2].value, done[-1].tag) == (None, "COMMIT")
        assert other.execute("SHOW statement_timeout").fetchone() == ("60ms",)
    connection.execute("ROLLBACK")


def test_the_next_transaction_does_not_find_the_last_ones(connection: psycopg.Connection) -> None:
    done = run(connection, Script.of(["BEGIN", *keep_fingerprint("surefoot"), f"SELECT {KEPT}", "COMMIT"]))
    assert done[-2].value == fingerprint(connection)
    assert connection.execute(f"SELECT {KEPT}".encode()).fetchone() == (None,)


@pytest.mark.parametrize("transaction", ["true", "false"])
def test_a_role_that_may_use_no_blocks(
    folder: ProjectFolder, connection: psycopg.Connection, database_url: str, make_role: MakeRole, transaction: str
) -> None:
    role = make_role()
    grants = f"GRANT ALL ON SCHEMA public TO {role}; GRANT CREATE ON DATABASE {connection.info.dbname} TO {role}"
    connection.execute(grants.encode())
    folder.add("001_t.sql", "CREATE TABLE t (id int);", "DROP TABLE t;", transaction=transaction)
    events: list[Event] = []
    with connected_as(database_url, role) as runner:
        surefoot.migrate(folder.load(), runner)
        connection.execute("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC")
        surefoot.rollback(folder.load(), runner, listener=events.append, consent=lambda _: True)
        folder.add("002_bad.sql", "SELECT 1 / 0;", transaction=transaction)
        with pytest.raises(surefoot.SqlFailed, match="division by zero"):
            surefoot.migrate(folder.load(), runner)
    assert actions(connection) == [(1, "applied"), (1, "rolled_back"), (1, "applied"), (2, "failed")]
    assert [one is None for one in fingerprints(connection)] == [False, True, True, True]
    said = f"the fingerprint of the schema is not taken: the role {role} has no USAGE on the language plpgsql"
    assert warnings(events) == [f'{said}; a DBA gives it: GRANT USAGE ON LANGUAGE plpgsql TO "{role}"']
    assert surefoot.status(folder.load(), connection).is_as_left is None
