"""The ledger: what it is made of, that it cannot be changed unseen, and who may use it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fix_command import Outcome, Run
from fix_contents import actions, contents, tables
from fix_project import ProjectFolder
from fix_role import MakeRole
from psycopg import sql
from psycopg.conninfo import make_conninfo

import surefoot
from surefoot.connection import Target, connect
from surefoot.events import Event, LedgerMade
from surefoot.ledger import Ledger
from surefoot.ledger_ddl import LEDGER_VERSION, ledger_ddl
from surefoot.servers import Server
from surefoot_lint.project import Project
from surefoot_lint.show import render

OLD_LEDGERS = Path(__file__).with_name("ledgers")
APPLIED_IN_OLD_LEDGERS = 2


@contextmanager
def connected_as(url: str, role: str) -> Iterator[psycopg.Connection]:
    with connect(Target(make_conninfo(url, user=role), "the test")) as connection:
        yield connection


def history(connection: psycopg.Connection, schema: str = "surefoot") -> list[dict[str, Any]]:
    return Ledger(connection, schema).history()


def make_ledger(connection: psycopg.Connection, schema: str = "surefoot") -> None:
    connection.execute(sql.SQL(ledger_ddl(schema)))


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


WITHOUT_COMMENT = """
SELECT 'schema ' || nspname FROM pg_namespace
WHERE nspname = 'surefoot' AND obj_description(oid, 'pg_namespace') IS NULL
UNION ALL
SELECT 'relation ' || relname FROM pg_class
WHERE relnamespace = 'surefoot'::regnamespace AND relkind NOT IN ('i', 't') AND obj_description(oid, 'pg_class') IS NULL
UNION ALL
SELECT 'column ' || relname || '.' || attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'surefoot'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped
    AND col_description(attrelid, attnum) IS NULL
UNION ALL
SELECT 'function ' || oid::regprocedure FROM pg_proc
WHERE pronamespace = 'surefoot'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
UNION ALL
SELECT 'trigger ' || tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = 'surefoot'::regnamespace AND NOT tgisinternal
    AND obj_description(pg_trigger.oid, 'pg_trigger') IS NULL
"""


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


# -- The hash is a written contract -----------------------------------------------------------------------------------


def instant(value: object) -> object:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else value


def hash_of(row: dict[str, Any]) -> str:
    """Compute what row_hash() does, from the row alone: a JSON array of previous_hash and the other columns."""
    others = [instant(value) for column, value in row.items() if column not in ("previous_hash", "hash")]
    others[1] = str(row["number"])
    text = json.dumps([row["previous_hash"], *others], ensure_ascii=False, separators=(", ", ": "))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def assert_chain(rows: Sequence[dict[str, Any]]) -> None:
    previous = "none"
    for position, row in enumerate(rows, 1):
        assert row["id"] == position
        assert row["previous_hash"] == previous
        assert row["hash"] == hash_of(row), row
        previous = row["hash"]


ODD_TEXTS = [
    "",
    " ",
    'it\'s "quoted" \\ and \\n not a line',
    "two\nlines\r\n\tand a tab",
    "".join(map(chr, range(1, 0x20))),
    "\x7f\x80\x9f\u00a0\u2028\u2029\ufeff",
    "ä € \U0001f600 👩‍👩‍👧 क्‍ष e\u0301",
    '{"json": [1, null]}',
    "$$ %s {} :name ${x} </script> &amp; /* -- ;",
    "".join(chr(point) for point in range(1, 0x3000)),
    "null",
]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/St_Johns"])
def test_the_chain_can_be_computed_by_anybody(connection: psycopg.Connection, zone: str) -> None:
    make_ledger(connection)
    connection.execute("SELECT set_config('TimeZone', %s, false)", [zone])
    for number, text in enumerate(ODD_TEXTS, 1):
        connection.execute(
            "SELECT surefoot.record('failed', %s, %s, reason => %s, host => %s, rollback_sql => %s)",
            [number, text, text, text, text],
        )
    connection.execute("SELECT surefoot.record('applied', 20260102030405678901234567890, 'x', os_user => NULL)")
    rows = history(connection)
    assert [row["reason"] for row in rows] == [*ODD_TEXTS, None]
    assert_chain(rows)
    assert Ledger(connection, "surefoot").read().broken is None


def test_the_chain_of_real_runs_can_be_computed_by_anybody(
    folder: ProjectFolder, connection: psycopg.Connection
) -> None:
    folder.add('001_it\'s_"odd"_😀.sql', "SELECT 1;", "SELECT 'a\\b', E'\\'', $$\"\t$$; -- ü")
    folder.add("002_bad.sql", "DO $q$ BEGIN RAISE 'it''s \"odd\" \\ % 😀', E'\\n\\t\\u0001'; END $q$;")
    with pytest.raises(surefoot.SqlFailed):
        surefoot.migrate(folder.load(), connection)
    surefoot.rollback(folder.load(), connection)
    rows = history(connection)
    assert [row["action"] for row in rows] == ["applied", "failed", "rolled_back"]
    assert [row["name"] for row in rows] == ['001_it\'s_"odd"_😀', "002_bad", '001_it\'s_"odd"_😀']
    assert rows[0]["rollback_sql"] == "SELECT 'a\\b', E'\\'', $$\"\t$$; -- ü"
    assert rows[1]["reason"] == 'P0001: it\'s "odd" \\ \n\t\u0001 😀'
    assert_chain(rows)


@pytest.mark.parametrize(
    "setting",
    [
        "TimeZone = 'Asia/Kolkata'",
        "DateStyle = 'SQL, DMY'",
        "IntervalStyle = sql_standard",
        "standard_conforming_strings = off",
        "quote_all_identifiers = on",
        "bytea_output = escape",
        "search_path = ''",
        "lc_numeric = 'C'",
    ],
)
def test_the_settings_of_a_database_do_not_break_the_chain(
    folder: ProjectFolder, three: Callable[[], Project], run: Run, connection: psycopg.Connection, setting: str
) -> None:
    surefoot.migrate(three(), connection, to="1")
    database = connection.execute("SELECT quote_ident(current_database())").fetchone()
    assert database is not None
    if setting.startswith("search_path"):
        for number, table in enumerate(("one", "two", "three"), 1):
            text = f"CREATE TABLE {table if number == 1 else f'public.{table}'} (id bigint);"
            folder.write(f"migrations/{number:03}_{table}.sql", text)
    connection.execute(f"ALTER DATABASE {database[0]} SET {setting}".encode())
    try:
        assert run("migrate").status == 0
        assert run("verify").status == 0
        assert_chain(history(connection))
    finally:
        connection.execute(f"ALTER DATABASE {database[0]} RESET ALL".encode())


def test_the_hash_does_not_depend_on_the_session(three: Callable[[], Project], connection: psycopg.Connection) -> None:
    surefoot.migrate(three(), connection)
    for setting in ("DateStyle = 'German'", "TimeZone = 'Asia/Kathmandu'", "search_path = pg_temp"):
        connection.execute(f"SET {setting}".encode())
        intact = connection.execute("SELECT bool_and(surefoot.row_hash(l) = l.hash) FROM surefoot.ledger AS l")
        assert intact.fetchone() == (True,)


# -- Older and newer ones ---------------------------------------------------------------------------------------------


@pytest.fixture(params=[1, 2], ids="version {}".format)
def version(request: pytest.FixtureRequest) -> int:
    """A version of the ledger that is no longer the present one."""
    return int(request.param)


@pytest.fixture
def old(connection: psycopg.Connection, version: int) -> psycopg.Connection:
    """A database whose ledger is of an old version and holds the first two of the project's three migrations."""
    connection.execute((OLD_LEDGERS / f"version_{version}.sql").read_bytes())
    return connection


def test_every_old_version_is_tested() -> None:
    names = {f"version_{version}.sql" for version in range(1, LEDGER_VERSION)}
    assert {path.name for path in OLD_LEDGERS.iterdir()} == names


def test_an_old_ledger_can_be_read(three: Callable[[], Project], old: psycopg.Connection, version: int) -> None:
    """Without writing: status, plan and verify work on a replica that was not upgraded yet."""
    before = contents(old)
    status = surefoot.status(three(), old)
    assert [line.state for line in status.lines] == ["applied", "applied", "pending"]
    assert status.ledger.version == version
    assert [str(migration) for migration in surefoot.plan(three(), old).pending] == ["003_three"]
    assert surefoot.verify(three(), old).holds
    assert contents(old) == before


def test_an_old_ledger_is_upgraded(three: Callable[[], Project], old: psycopg.Connection, version: int) -> None:
    before = history(old)
    events: list[Event] = []
    assert surefoot.migrate(three(), old, listener=events.append).done == ("003_three",)
    assert [e for e in events if isinstance(e, LedgerMade)] == [LedgerMade("surefoot", version, LEDGER_VERSION)]
    after = history(old)
    assert [{column: row[column] for column in before[0]} for row in after[:APPLIED_IN_OLD_LEDGERS]] == before
    assert [row["name"] for row in after] == ["001_one", "002_two", "003_three"]
    assert_chain(after)
    assert old.execute("SELECT surefoot.version()").fetchone() == (LEDGER_VERSION,)
    assert old.execute(WITHOUT_COMMENT).fetchall() == []
    assert surefoot.verify(three(), old).holds
    assert surefoot.rollback(three(), old, to="0").done == ("003_three", "002_two", "001_one")
    assert tables(old) == []


DEFINITIONS = """
SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text
FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
WHERE c.relnamespace = 'surefoot'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid), obj_description(p.oid, 'pg_proc') FROM pg_proc AS p
WHERE p.pronamespace = 'surefoot'::regnamespace
UNION ALL
SELECT o.conname, pg_get_constraintdef(o.oid), '' FROM pg_constraint AS o
WHERE o.connamespace = 'surefoot'::regnamespace
UNION ALL
SELECT t.tgname, pg_get_triggerdef(t.oid), t.tgenabled::text FROM pg_trigger AS t
WHERE t.tgrelid = 'surefoot.ledger'::regclass
ORDER BY 1, 2
"""


def test_an_upgraded_ledger_is_like_a_new_one(old: psycopg.Connection) -> None:
    make_ledger(old)
    upgraded = old.execute(DEFINITIONS).fetchall()
    old.execute("DROP SCHEMA surefoot CASCADE")
    make_ledger(old)
    assert upgraded == old.execute(DEFINITIONS).fetchall()


def test_an_old_ledger_is_upgraded_by_the_printed_sql_too(
    three: Callable[[], Project], run: Run, old: psycopg.Connection, server: Server, database_url: str
) -> None:
    three()
    psql(server, database_url, run("ledger", "--sql").out)
    assert Ledger(old, "surefoot").read().version == LEDGER_VERSION
    assert run("migrate").status == 0


def test_a_newer_ledger_is_refused(three: Callable[[], Project], connection: psycopg.Connection) -> None:
    project = three()
    surefoot.migrate(project, connection, to="1")
    connection.execute(
        "CREATE OR REPLACE FUNCTION surefoot.version() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 99'"
    )
    before = contents(connection)
    for verb in (surefoot.migrate, surefoot.rollback, surefoot.status, surefoot.plan, surefoot.verify):
        with pytest.raises(surefoot.Refused) as caught:
            verb(project, connection)
        assert caught.value.word == "newer-ledger"
        assert render(caught.value) == (
            f"error: the ledger is of version 99, and this Surefoot knows version {LEDGER_VERSION}\n"
            "state: nothing was run\n"
            "next: pip install --upgrade surefoot"
        )
    assert contents(connection) == before


# -- Who may use it ---------------------------------------------------------------------------------------------------


def psql(server: Server, url: str, text: str) -> None:
    """Run a text by the real psql, as a DBA would."""
    command = [str(server.binaries / "psql"), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", "-", url]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)
    noise = [line for line in done.stderr.splitlines() if "NOTICE" not in line]
    assert (done.returncode, noise) == (0, [])


def as_role(run: Run, database_url: str, role: str, *arguments: str) -> Outcome:
    return run(*arguments, DATABASE_URL=make_conninfo(database_url, user=role))


def test_a_role_that_may_not_make_the_ledger_gets_the_sql_for_it(
    three: Callable[[], Project],
    run: Run,
    connection: psycopg.Connection,
    server: Server,
    database_url: str,
    make_role: MakeRole,
) -> None:
    three()
    role = make_role()
    database = connection.execute("SELECT current_database()").fetchone()
    assert database is not None
    connection.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier(role)))
    refused = as_role(run, database_url, role, "migrate")
    assert refused.status == 5
    assert refused.err.partition("\n")[2] == (
        f"error: the role {role} may not create the ledger: permission denied for database {database[0]}\n"
        "why: the ledger is the schema surefoot of this database\n"
        "state: nothing was run\n"
        f"next: give this SQL to a DBA: surefoot ledger --sql --for {role}\n"
    )
    assert tables(connection) == []
    psql(server, database_url, run("ledger", "--sql", "--for", role).out)
    assert as_role(run, database_url, role, "migrate").status == 0
    assert tables(connection) == ["one", "three", "two"]
    assert {row["role"] for row in history(connection)} == {role}
    assert as_role(run, database_url, role, "status", "--check").status == 0
    assert as_role(run, database_url, role, "verify").status == 0
    assert as_role(run, database_url, role, "history").status == 0
    assert as_role(run, database_url, role, "rollback", "--to", "0").status == 0
    assert_chain(history(connection))


@pytest.mark.parametrize("prefix", ['we"ird; role', "Upper Case", "ünï'code", "-dash"])
def test_the_printed_grants_fit_any_name_of_a_role(
    three: Callable[[], Project],
    run: Run,
    connection: psycopg.Connection,
    server: Server,
    database_url: str,
    make_role: MakeRole,
    prefix: str,
) -> None:
    three()
    role = make_role(prefix=prefix)
    connection.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier(role)))
    psql(server, database_url, run("ledger", "--sql", f"--for={role}").out)
    assert as_role(run, database_url, role, "migrate").status == 0
    assert {row["role"] for row in history(connection)} == {role}


def grant(connection: psycopg.Connection, role: str, *rights: str) -> None:
    for right in rights:
        connection.execute(sql.SQL(right + " TO {}").format(sql.Identifier(role)))


READING = ("GRANT USAGE ON SCHEMA surefoot", "GRANT SELECT ON ALL TABLES IN SCHEMA surefoot")


def test_a_role_that_may_only_read_can_look(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    project = three()
    surefoot.migrate(project, connection, to="2")
    role = make_role()
    grant(connection, role, *READING)
    with connected_as(database_url, role) as reader:
        assert surefoot.status(project, reader).pending == 1
        assert len(surefoot.plan(project, reader).pending) == 1
        assert surefoot.verify(project, reader).holds
        assert len(history(reader)) == 2


def test_a_role_that_may_only_read_cannot_migrate(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    project = three()
    surefoot.migrate(project, connection, to="2")
    role = make_role()
    grant(connection, role, *READING, "GRANT CREATE ON SCHEMA public")
    before = contents(connection)
    with connected_as(database_url, role) as reader, pytest.raises(surefoot.LedgerNotAllowed) as caught:
        surefoot.migrate(project, reader)
    assert caught.value.what.startswith(f"the role {role} may not write the ledger")
    assert caught.value.next_step == f"give this SQL to a DBA: surefoot ledger --sql --for {role}"
    assert contents(connection) == before


def test_whatever_it_is_told_a_role_that_may_only_read_changes_nothing(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    project = three()
    surefoot.migrate(project, connection, to="2")
    role = make_role()
    grant(connection, role, *READING, "GRANT CREATE ON SCHEMA public")
    before = contents(connection)
    with connected_as(database_url, role) as reader, pytest.raises(surefoot.SurefootError, match="permission denied"):
        surefoot.migrate(project, reader)
    assert contents(connection) == before


def test_a_role_without_rights_cannot_look(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    project = three()
    surefoot.migrate(project, connection, to="2")
    role = make_role()
    verbs = (surefoot.status, surefoot.plan, surefoot.verify, surefoot.migrate, surefoot.rollback)
    with connected_as(database_url, role) as stranger:
        for verb in verbs:
            with pytest.raises(surefoot.LedgerNotAllowed) as caught:
                verb(project, stranger)
            assert render(caught.value) == (
                f"error: the role {role} may not read the ledger: permission denied for schema surefoot\n"
                "why: the ledger is the schema surefoot of this database\n"
                "state: nothing was run\n"
                f"next: give this SQL to a DBA: surefoot ledger --sql --for {role}"
            )


def test_an_upgrade_by_a_role_that_may_not_is_refused(
    three: Callable[[], Project], old: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    role = make_role()
    grant(old, role, *READING)
    before = contents(old)
    with connected_as(database_url, role) as reader, pytest.raises(surefoot.LedgerNotAllowed) as caught:
        surefoot.migrate(three(), reader)
    assert caught.value.what.startswith(f"the role {role} may not upgrade the ledger: permission denied for database ")
    assert contents(old) == before


def test_only_who_was_told_may_record(
    three: Callable[[], Project], connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    surefoot.migrate(three(), connection)
    role = make_role()
    grant(connection, role, *READING, "GRANT INSERT ON surefoot.ledger")
    with (
        connected_as(database_url, role) as other,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for function record"),
    ):
        other.execute("SELECT surefoot.record('rolled_back', 3, '003_three')")
