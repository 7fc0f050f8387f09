"""Ledgers of other tools: each, as the tool has left it, becomes the beginning of ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from fix_command import Outcome, Run
from fix_project import ProjectFolder
from fix_role import MakeRole
from psycopg import sql
from psycopg.conninfo import make_conninfo

from surefoot.errors import Refused
from surefoot.foreign.finding import find_ledgers, known_tools
from surefoot.foreign.matching import match
from surefoot.foreign.model import Entry, ForeignLedger, Table
from surefoot.servers import Server

LEDGERS = Path(__file__).with_name("foreign")
TOOLS = sorted(path.stem for path in LEDGERS.glob("*.sql"))
UP = (
    "CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL);",
    "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));",
    "ALTER TABLE orders ADD COLUMN note text;",
)
DOWN = ("DROP TABLE customers;", "DROP TABLE orders;", "ALTER TABLE orders DROP COLUMN note;")
NAMES = ("create_customers", "create_orders", "add_note")
TIMESTAMPS = ("dbmate", "rails", "diesel", "supabase")
MADE = "the ledger was created: schema surefoot\n"
TOLD = {
    "alembic": ["applied before it", "applied before it", "applied at an unknown time"],
    "dbmate": ["applied at an unknown time"] * 3,
    "rails": ["applied at an unknown time"] * 3,
    "supabase": ["applied at an unknown time"] * 3,
    "golang-migrate": ["applied before it", "applied before it", "applied at an unknown time"],
    "goose": ["applied 2024-01-05 10:00:00", "applied 2024-01-06 10:00:00", "applied 2024-02-01 09:30:00"],
    "diesel": ["applied 2024-01-05 10:00:00", "applied 2024-01-06 10:00:00", "applied 2024-02-01 09:30:00"],
    "sqlx": [
        "applied 2024-01-05T10:00:00Z, 12 ms",
        "applied 2024-01-06T10:00:00Z, 8 ms",
        "applied 2024-02-01T09:30:00Z, 1 ms",
    ],
    "flyway": [
        "applied 2024-01-05 10:00:00 by bob, 12 ms",
        "applied 2024-01-06 10:00:00 by bob, 8 ms",
        "applied 2024-02-01 09:30:00 by carol, 3 ms",
    ],
}
BY = {"liquibase": "by alice, changelog.sql", "sqitch": "by Alice Example <alice@example.org>", "yoyo": "by root@"}


def name_of(tool: str, position: int) -> str:
    """Name a migration as `adopt` does for the tool, or a person would."""
    if tool in TIMESTAMPS:
        return f"2024010100000{position + 1}_{NAMES[position]}"
    revision = f"a0000000000{position + 1}_" if tool == "alembic" else ""
    return f"00{position + 1}_{revision}{NAMES[position]}"


@pytest.fixture
def adopted(folder: ProjectFolder, connection: psycopg.Connection) -> Callable[[str], None]:
    """A project that was another tool's, the database that it made, and a fourth migration which is new."""

    def adopted(tool: str) -> None:
        for position, (up, down) in enumerate(zip(UP, DOWN, strict=True)):
            folder.add(f"{name_of(tool, position)}.sql", up, down)
            connection.execute(up.encode())
        number = "20250101000001" if tool in TIMESTAMPS else "004"
        folder.add(f"{number}_new.sql", "CREATE TABLE new ();", "DROP TABLE new;")
        folder.save()
        connection.execute((LEDGERS / f"{tool}.sql").read_bytes())

    return adopted


@pytest.fixture
def taking(run: Run, server: Server) -> Run:
    """Run a command that builds the files, on the tests' own server."""

    def taking(command: str, *arguments: str, **environment: str) -> Outcome:
        return run(command, *arguments, "--scratch-url", server.url, **environment)

    return taking


def reasons(connection: psycopg.Connection) -> list[tuple[str, str, str | None]]:
    return connection.execute("SELECT name, action, reason FROM surefoot.ledger ORDER BY id").fetchall()


# -- What is taken over -----------------------------------------------------------------------------------------------


def test_every_tool_has_a_ledger_here() -> None:
    assert sorted(known_tools()) == TOOLS


@pytest.mark.parametrize("tool", TOOLS)
def test_the_ledger_of_a_tool(
    tool: str, adopted: Callable[[str], None], run: Run, taking: Run, connection: psycopg.Connection
) -> None:
    adopted(tool)
    (found,) = find_ledgers(connection)
    assert found[0] == tool
    done = taking("baseline", "--from-ledger", "auto")
    assert done.status == 0, done.err
    assert f"the ledger of {tool}: " in done.out
    last = name_of(tool, 2)
    assert f"3 migrations noted as applied, up to {last}; the schema is what they build" in done.out
    rows = reasons(connection)
    assert [row[:2] for row in rows] == [(name_of(tool, n), "baselined") for n in range(3)]
    for position, (_, _, reason) in enumerate(rows):
        assert reason is not None
        if tool in TOLD:
            assert reason == f"{tool}: {TOLD[tool][position]}"
        else:
            assert reason.startswith(f"{tool}: applied 2026-")
            assert BY.get(tool, "") in reason
    assert run("migrate").out.endswith("1 applied; 4 in all\n")


def test_the_other_ledger_stays_and_is_no_drift(
    adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection
) -> None:
    adopted("rails")
    before = connection.execute("SELECT version FROM schema_migrations").fetchall()
    assert taking("baseline", "--from-ledger", "rails").status == 0
    assert connection.execute("SELECT version FROM schema_migrations").fetchall() == before
    drift = taking("drift")
    assert (drift.status, drift.out.splitlines()[-1]) == (0, "the schema is as the files build")
    assert "public.schema_migrations is the ledger of rails, and is left out" in drift.out
    again = taking("baseline", "--from-ledger", "rails")
    assert again.status == 3
    assert "the ledger of this database has rows already" in again.err


def test_machines_read_what_was_matched(adopted: Callable[[str], None], taking: Run) -> None:
    adopted("flyway")
    read, *_, baselined = [
        json.loads(line) for line in taking("baseline", "--from-ledger", "auto", "--json").out.splitlines()
    ]
    assert (read["event"], read["tool"], read["rows"]) == ("ledger_read", "flyway", 3)
    assert read["table"] == "public.flyway_schema_history"
    assert read["migrations"]["003_add_note"] == "flyway: applied 2024-02-01 09:30:00 by carol, 3 ms"
    assert baselined["migrations"] == ["001_create_customers", "002_create_orders", "003_add_note"]


def test_another_schema_is_refused_and_no_ledger_stays(
    adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection
) -> None:
    adopted("dbmate")
    connection.execute("ALTER TABLE orders ADD COLUMN secret text")
    done = taking("baseline", "--from-ledger", "dbmate")
    assert done.status == 3
    assert "extra: column public.orders.secret" in done.err
    assert connection.execute("SELECT to_regnamespace('surefoot')").fetchone() == (None,)
    said = taking("baseline", "--from-ledger", "dbmate", "--unproven", "secret goes next week")
    assert said.status == 0
    assert reasons(connection)[0][2] == "dbmate: applied at an unknown time; secret goes next week"


# -- What is refused --------------------------------------------------------------------------------------------------


DIRTY = [
    (
        "flyway",
        "UPDATE flyway_schema_history SET success = false WHERE version = '3'",
        "V3__add_note.sql has failed",
        "flyway repair",
    ),
    (
        "flyway",
        "UPDATE flyway_schema_history SET type = 'BASELINE' WHERE version = '1'",
        "it begins with a baseline at version 1",
        "--to NUMBER",
    ),
    (
        "liquibase",
        "UPDATE databasechangeloglock SET locked = true, lockedby = 'ci (10.0.0.1)'",
        "ci (10.0.0.1) holds its lock",
        "liquibase release-locks",
    ),
    (
        "liquibase",
        "UPDATE databasechangelog SET exectype = 'MARK_RAN' WHERE orderexecuted = 2",
        "the changeset 2-create_orders says MARK_RAN",
        "--to NUMBER",
    ),
    ("golang-migrate", "UPDATE schema_migrations SET dirty = true", "version 3 is dirty", "migrate force 3"),
    (
        "sqlx",
        "UPDATE _sqlx_migrations SET success = false WHERE version = 2",
        "version 2 was begun and has not succeeded",
        "by hand",
    ),
    (
        "alembic",
        "INSERT INTO alembic_version VALUES ('b00000000001')",
        "it has 2 heads: a00000000003, b00000000001",
        "alembic merge heads",
    ),
    (
        "yoyo",
        "INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, '2024-01-01', 77)",
        "the process 77 holds its lock",
        "yoyo break-lock",
    ),
]


@pytest.mark.parametrize(("tool", "damage", "what", "advice"), DIRTY)
def test_a_dirty_ledger(
    adopted: Callable[[str], None],
    taking: Run,
    connection: psycopg.Connection,
    tool: str,
    damage: str,
    what: str,
    advice: str,
) -> None:
    adopted(tool)
    connection.execute(damage.encode())
    done = taking("baseline", "--from-ledger", "auto")
    assert done.status == 3
    assert what in done.err
    assert advice in done.err
    assert "nothing was written; the other tool's ledger is as it was" in done.err
    assert connection.execute("SELECT to_regnamespace('surefoot')").fetchone() == (None,)


CHANGED = [
    (
        "dbmate",
        "INSERT INTO schema_migrations VALUES ('20240101000009')",
        "has 1 that the manifest does not: 20240101000009",
    ),
    (
        "dbmate",
        "DELETE FROM schema_migrations WHERE version = '20240101000002'",
        "does not have 20240101000002_create_orders, and has 20240101000003_add_note after it",
    ),
    ("dbmate", "DELETE FROM schema_migrations", "says that nothing is applied"),
    ("golang-migrate", "UPDATE schema_migrations SET version = 77", "has 1 that the manifest does not: 77"),
    (
        "flyway",
        "UPDATE flyway_schema_history SET version = NULL, script = 'R__views.sql' WHERE version = '3'",
        "has 1 that the manifest does not: views",
    ),
    (
        "django",
        "UPDATE django_migrations SET app = 'x', name = '0009_later'",
        "has 3 that the manifest does not: 0009_later",
    ),
]


@pytest.mark.parametrize(("tool", "change", "what"), CHANGED)
def test_a_ledger_that_does_not_fit(
    adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection, tool: str, change: str, what: str
) -> None:
    adopted(tool)
    connection.execute(change.encode())
    done = taking("baseline", "--from-ledger", tool)
    assert done.status == 3
    assert what in done.err
    assert "next: " in done.err


def test_what_was_undone_is_not_applied(
    adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection
) -> None:
    adopted("flyway")
    connection.execute(
        "INSERT INTO flyway_schema_history SELECT 4, version, description, 'UNDO_SQL', 'U3__add_note.sql', 1, "
        "'bob', now(), 1, true FROM flyway_schema_history WHERE version = '3'"
    )
    connection.execute(DOWN[2].encode())
    done = taking("baseline", "--from-ledger", "flyway")
    assert done.status == 0, done.err
    assert [row[0] for row in reasons(connection)] == ["001_create_customers", "002_create_orders"]


def test_other_apps_of_django_are_left_out(
    adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection
) -> None:
    adopted("django")
    connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('auth', '0001_initial', now())")
    done = taking("baseline", "--from-ledger", "django", "--unproven", "auth's tables are Django's")
    assert done.status == 0, done.err
    assert "  django's auth is left out: nothing of it is in the manifest" in done.out.splitlines()
    assert len(reasons(connection)) == 3


def test_none_or_several(folder: ProjectFolder, taking: Run, connection: psycopg.Connection) -> None:
    folder.save()
    none = taking("baseline", "--from-ledger", "auto")
    assert none.status == 3
    assert "this database has no ledger of a tool that is known" in none.err
    assert "flyway_schema_history (flyway)" in none.err
    for tool in ("flyway", "goose"):
        connection.execute((LEDGERS / f"{tool}.sql").read_bytes())
    several = taking("baseline", "--from-ledger", "auto")
    assert several.status == 3
    assert "several ledgers: public.flyway_schema_history (flyway), public.goose_db_version (goose)" in several.err
    other = taking("baseline", "--from-ledger", "sqlx")
    assert "has no ledger of sqlx; there is public.flyway_schema_history (flyway)" in other.err


def test_a_table_that_only_has_the_name(folder: ProjectFolder, run: Run, connection: psycopg.Connection) -> None:
    folder.save()
    connection.execute("CREATE TABLE schema_migrations (a int, b int); CREATE TABLE changes (id int)")
    assert find_ledgers(connection) == []


def test_in_another_schema_with_an_odd_name(
    adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection
) -> None:
    adopted("dbmate")
    connection.execute('CREATE SCHEMA "Odd one"; ALTER TABLE schema_migrations SET SCHEMA "Odd one"')
    done = taking("baseline", "--from-ledger", "auto", "--unproven", "the schema of the ledger")
    assert done.status == 0, done.err
    assert len(reasons(connection)) == 3


def test_a_role_that_may_not_read_it(
    adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    adopted("dbmate")
    role = make_role()
    done = taking("baseline", "--from-ledger", "auto", "--database-url", make_conninfo(database_url, user=role))
    assert done.status == 5
    assert f"the role {role} may not read public.schema_migrations" in done.err
    assert f"GRANT SELECT ON public.schema_migrations TO {role}" in done.err
    connection.execute(sql.SQL("SELECT 1"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "baseline needs to be told what the database has"),
        (("--to", "1", "--from-ledger", "auto"), "baseline needs to be told what the database has"),
        (("--from-ledger", "phinx"), "'phinx' is not one of 'auto', 'alembic', 'dbmate'"),
    ],
)
def test_bad_arguments(folder: ProjectFolder, run: Run, arguments: tuple[str, ...], said: str) -> None:
    folder.save()
    done = run("baseline", *arguments)
    assert done.status == 2
    assert said in done.err


# -- Matching ---------------------------------------------------------------------------------------------------------

NOWHERE = Table("public", "x", frozenset(), frozenset())


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (Entry("whatever", 2), "002_two_words"),
        (Entry("two words"), "002_two_words"),
        (Entry("Two-Words"), "002_two_words"),
        (Entry("002_two_words", 3), "002_two_words"),
        (Entry("1a2b3c"), "003_1a2b3c_hash"),
    ],
)
def test_an_entry_is_found(folder: ProjectFolder, entry: Entry, name: str) -> None:
    for file in ("001_one.sql", "002_two_words.sql", "003_1a2b3c_hash.sql"):
        folder.add(file, "SELECT 1;")
    ledger = ForeignLedger("it", NOWHERE, (entry,), is_last_only=True)
    assert match(ledger, folder.load().migrations).migrations[-1][0].name == name


@pytest.mark.parametrize("entry", [Entry("three"), Entry("one"), Entry("4", 4)])
def test_an_entry_is_not_found(folder: ProjectFolder, entry: Entry) -> None:
    for file in ("001_one.sql", "002_one.sql"):
        folder.add(file, "SELECT 1;")
    with pytest.raises(Refused, match="has 1 that the manifest does not"):
        match(ForeignLedger("it", NOWHERE, (entry,)), folder.load().migrations)
