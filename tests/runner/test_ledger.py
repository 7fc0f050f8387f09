"""The ledger: what it is made of, and that it cannot be changed unseen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import psycopg
import pytest
from fix_command import Run
from fix_contents import actions, contents
from fix_ledger import WITHOUT_COMMENT, history, make_ledger
from fix_project import ProjectFolder
from psycopg import sql

import surefoot
from surefoot.events import Event, LedgerMade
from surefoot.ledger import Ledger
from surefoot.ledger_ddl import LEDGER_VERSION
from surefoot_lint.project import Project


def by_force(connection: psycopg.Connection, statement: str) -> None:
    """Change the ledger as only its owner can, by switching its trigger off meanwhile."""
    connection.execute("ALTER TABLE surefoot.ledger DISABLE TRIGGER append_only")
    connection.execute(sql.SQL(statement))
    connection.execute("ALTER TABLE surefoot.ledger ENABLE ALWAYS TRIGGER append_only")


# -- What it is made of -----------------------------------------------------------------------------------------------


def test_the_ddl_can_be_run_again(three: Callable[[], Project], connection: psycopg.Connection) -> None:
    surefoot.migrate(three(), connection)
    before = contents(connection)
    make_ledger(connection)
    make_ledger(connection)
    assert contents(connection) == before
    assert surefoot.verify(three(), connection).holds


def test_everything_in_it_has_a_comment(connection: psycopg.Connection) -> None:
    make_ledger(connection)
    counted = connection.execute(
        "SELECT (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid) > 4,"
        " (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid AND relkind IN ('r', 'v')) > 2"
        " FROM pg_namespace AS n WHERE nspname = 'surefoot'"
    ).fetchone()
    assert counted == (True, True)
    assert connection.execute(WITHOUT_COMMENT).fetchall() == []


def test_its_version_is_the_one_that_the_code_knows(connection: psycopg.Connection) -> None:
    make_ledger(connection)
    assert connection.execute("SELECT surefoot.version()").fetchone() == (LEDGER_VERSION,)


@pytest.mark.parametrize(
    ("done", "is_applied"),
    [
        (["applied"], True),
        (["baselined"], True),
        (["applied", "rolled_back"], False),
        (["applied", "rolled_back", "applied"], True),
        (["failed"], False),
        (["failed", "applied"], True),
        (["applied", "rolled_back", "failed"], False),
        (["applied", "failed"], True),  # a rollback that failed
        (["applied", "accepted"], True),
        (["applied", "repaired", "rolled_back"], False),
        (["applied", "data_rolled_back"], True),
        (["applied", "feature_rolled_back"], True),
        (["baselined", "rolled_back"], False),
    ],
)
def test_what_is_applied_now(connection: psycopg.Connection, done: Sequence[str], is_applied: bool) -> None:
    make_ledger(connection)
    connection.execute("SELECT surefoot.record('applied', 1, '001_other', checksum => 'sha256:0')")
    for position, action in enumerate(done):
        connection.execute("SELECT surefoot.record(%s, 2, '002_it', checksum => %s)", [action, f"sha256:{position}"])
    rows = connection.execute("SELECT number FROM surefoot.applied").fetchall()
    assert rows == [(1,), (2,)] if is_applied else rows == [(1,)]


def test_the_checksum_is_the_accepted_one_and_the_place_the_first(connection: psycopg.Connection) -> None:
    make_ledger(connection)
    for action, number, checksum in (
        ("applied", 1, "a"),
        ("applied", 2, "b"),
        ("accepted", 1, "c"),
        ("failed", 1, "d"),
    ):
        connection.execute("SELECT surefoot.record(%s, %s, 'x', checksum => %s)", [action, number, checksum])
    state = Ledger(connection, "surefoot").read()
    assert [(one.number, one.checksum, one.applied_id) for one in state.applied] == [(1, "c", 1), (2, "b", 2)]


def test_an_action_that_nobody_knows_is_refused(connection: psycopg.Connection) -> None:
    make_ledger(connection)
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("SELECT surefoot.record('forgotten', 1, '001_x')")


@pytest.mark.parametrize(("size", "is_kept"), [(1 << 20, True), ((1 << 20) + 1, False)])
def test_a_rollback_file_is_kept_up_to_a_mebibyte(
    folder: ProjectFolder, connection: psycopg.Connection, size: int, is_kept: bool
) -> None:
    rollback = "SELECT 1;\n-- ".ljust(size, "x")
    folder.add("001_x.sql", "SELECT 1;", rollback)
    surefoot.migrate(folder.load(), connection)
    assert Ledger(connection, "surefoot").rollback_sql(1) == (rollback if is_kept else None)


@pytest.mark.parametrize("schema", ["ops", "order", "_x9"])
def test_the_ledger_may_have_another_schema(
    folder: ProjectFolder, run: Run, connection: psycopg.Connection, schema: str
) -> None:
    folder.tail = f"ledger: {{schema: {schema}}}\n"
    folder.add("001_a.sql", "CREATE TABLE a (id int); SET search_path = '';", "DROP TABLE a;")
    project = folder.load()
    events: list[Event] = []
    assert surefoot.migrate(project, connection, listener=events.append).done == ("001_a",)
    assert [event for event in events if isinstance(event, LedgerMade)] == [LedgerMade(schema, None, LEDGER_VERSION)]
    assert surefoot.status(project, connection).pending == 0
    assert surefoot.verify(project, connection).holds
    assert run("status", "--check").status == 0
    assert "001_a" in run("history").out
    assert surefoot.rollback(project, connection).done == ("001_a",)
    assert actions(connection, schema) == [(1, "applied"), (1, "rolled_back")]
    assert connection.execute("SELECT to_regnamespace('surefoot')").fetchone() == (None,)


# -- Nothing in it changes --------------------------------------------------------------------------------------------


UPSERT = """
INSERT INTO surefoot.ledger SELECT * FROM surefoot.ledger WHERE id = 1 ON CONFLICT (id) DO UPDATE SET reason = 'x'
"""
MERGE = "MERGE INTO surefoot.ledger AS l USING (VALUES (1)) AS v (id) ON l.id = v.id WHEN MATCHED THEN DELETE"


@pytest.mark.parametrize(
    ("statement", "operation"),
    [
        ("UPDATE surefoot.ledger SET reason = 'x' WHERE id = 1", "UPDATE"),
        ("UPDATE surefoot.ledger SET reason = 'x' WHERE false", "UPDATE"),
        ("DELETE FROM surefoot.ledger WHERE id = 3", "DELETE"),
        ("DELETE FROM surefoot.ledger WHERE false", "DELETE"),
        ("TRUNCATE surefoot.ledger", "TRUNCATE"),
        (UPSERT, "UPDATE"),
        (MERGE, "DELETE"),
    ],
    ids=["update", "update of nothing", "delete", "delete of nothing", "truncate", "upsert", "merge"],
)
def test_a_change_is_refused(
    three: Callable[[], Project], connection: psycopg.Connection, statement: str, operation: str
) -> None:
    surefoot.migrate(three(), connection)
    before = history(connection)
    for role in ("origin", "local", "replica"):
        connection.execute(f"SET session_replication_role = {role}".encode())
        with pytest.raises(psycopg.DatabaseError) as caught:
            connection.execute(statement.encode())
        assert caught.value.sqlstate == "SF004"
        assert caught.value.diag.message_primary == f"the ledger is append-only: {operation} is refused"
        assert caught.value.diag.message_hint == "What was done is undone by doing something new: surefoot rollback"
    assert history(connection) == before


COLUMNS = {
    "number": "22",
    "name": "name || ' '",
    "action": "'baselined'",
    "checksum": "'sha256:0'",
    "rollback_checksum": "NULL",
    "started_at": "started_at - interval '1 microsecond'",
    "finished_at": "finished_at + interval '1 microsecond'",
    "duration_ms": "duration_ms + 1",
    "role": "'somebody'",
    "os_user": "NULL",
    "host": "'elsewhere'",
    "tool_version": "NULL",
    "git_commit": "'0123'",
    "reason": "''",
    "rollback_sql": "NULL",
    "fingerprint": "'x'",
    "previous_hash": "'none '",
    "hash": "hash || ' '",
}


def test_every_column_is_tried(connection: psycopg.Connection) -> None:
    make_ledger(connection)
    assert set(history_columns(connection)) == set(COLUMNS) | {"id"}


def history_columns(connection: psycopg.Connection) -> list[str]:
    cursor = connection.execute("SELECT * FROM surefoot.ledger LIMIT 0")
    return [column.name for column in cursor.description or ()]


@pytest.mark.parametrize(("column", "value"), COLUMNS.items(), ids=COLUMNS)
def test_a_change_by_force_is_found(
    three: Callable[[], Project], connection: psycopg.Connection, column: str, value: str
) -> None:
    project = three()
    surefoot.migrate(project, connection)
    by_force(connection, f"UPDATE surefoot.ledger SET {column} = {value} WHERE id = 2")
    found = surefoot.verify(project, connection)
    assert found.problems[0] == "the ledger's chain is broken: row 2 was changed by hand"
    assert not found.holds
    with pytest.raises(surefoot.Refused, match="the hash of its row 2 does not fit"):
        surefoot.migrate(project, connection)


INSERTED = """
INSERT INTO surefoot.ledger SELECT (jsonb_populate_record(l, '{"id": 4, "hash": "h", "previous_hash": "p"}')).*
FROM surefoot.ledger AS l WHERE id = 3
"""
# The row's own hash fits what it holds now, but the next row still holds the old one.
HASHED_ANEW = """
UPDATE surefoot.ledger AS l SET reason = 'x',
    hash = surefoot.row_hash(jsonb_populate_record(l, '{"reason": "x"}'))
WHERE id = 2
"""


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("DELETE FROM surefoot.ledger WHERE id = 1", 2),
        ("DELETE FROM surefoot.ledger WHERE id = 2", 3),
        ("UPDATE surefoot.ledger SET id = 4 WHERE id = 3", 4),
        ("UPDATE surefoot.ledger SET id = 13 WHERE id = 1", 2),
        (INSERTED, 4),
        (HASHED_ANEW, 3),
    ],
    ids=["first deleted", "middle deleted", "renumbered", "moved", "inserted by hand", "hashed anew"],
)
def test_what_was_done_to_a_row_by_force_is_found(
    three: Callable[[], Project], run: Run, connection: psycopg.Connection, statement: str, row: int
) -> None:
    project = three()
    surefoot.migrate(project, connection)
    by_force(connection, statement)
    assert surefoot.verify(project, connection).problems[0] == (
        f"the ledger's chain is broken: row {row} was changed by hand"
    )
    before = contents(connection)
    outcome = run("migrate")
    assert outcome.status == 3
    assert outcome.err.partition("\n")[2] == (
        f"error: the ledger was changed by hand: the hash of its row {row} does not fit\n"
        "why: each row holds the hash of the row before it; nothing after a changed row can be trusted\n"
        "state: nothing was run\n"
        "next: surefoot verify; compare the row with a backup, and put it back\n"
    )
    assert contents(connection) == before


def test_a_row_that_was_put_back_is_fine_again(three: Callable[[], Project], connection: psycopg.Connection) -> None:
    surefoot.migrate(three(), connection)
    by_force(connection, "UPDATE surefoot.ledger SET name = '002_zwei' WHERE id = 2")
    by_force(connection, "UPDATE surefoot.ledger SET name = '002_two' WHERE id = 2")
    assert surefoot.verify(three(), connection).holds
