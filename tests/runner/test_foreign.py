"""Ledgers of other tools: each, as the tool has left it, becomes the beginning of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from fix_command import Outcome, Run
from fix_project import ProjectFolder
from fix_role import MakeRole
from psycopg.conninfo import make_conninfo

from surefoot.errors import Refused
from surefoot.foreign.finding import find_ledgers, known_tools, read_ledger
from surefoot.foreign.matching import match
from surefoot.foreign.model import Entry, ForeignLedger, Table
from surefoot.servers import Server
from surefoot.taking_over import source_of, take_over

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
        "applied 2024-01-05T10:00:00Z, 12 ms, checksum 00",
        "applied 2024-01-06T10:00:00Z, 8 ms, checksum 01",
        "applied 2024-02-01T09:30:00Z, 1 ms, checksum 02",
    ],
    "flyway": [
        "applied 2024-01-05 10:00:00 by bob, 12 ms, checksum 1209443",
        "applied 2024-01-06 10:00:00 by bob, 8 ms, checksum -8812",
        "applied 2024-02-01 09:30:00 by carol, 3 ms, checksum 5512",
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
    assert "  not applied yet: 1 migration after these\n" in done.out
    rows = reasons(connection)
    assert [row[:2] for row in rows] == [(name_of(tool, n), "baselined") for n in range(3)]
    for position, (_, _, reason) in enumerate(rows):
        assert reason is not None
        if tool in TOLD:
            assert reason == f"{tool}: {TOLD[tool][position]}"
        else:
            assert reason.startswith(f"{tool}: applied 20")
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
    assert "surefoot status" not in drift.out
    again = taking("baseline", "--from-ledger", "rails")
    assert again.status == 3
    assert "the ledger of this database has rows already" in again.err


def test_the_other_ledger_is_dropped(
    adopted: Callable[[str], None], taking: Run, run: Run, connection: psycopg.Connection
) -> None:
    """What status says of it is explained where it sends a person to, and ends with the next run."""
    adopted("rails")
    assert taking("baseline", "--from-ledger", "rails").status == 0
    connection.execute("DROP TABLE schema_migrations, ar_internal_metadata")
    said = "the schema is not what the last run left"
    assert said in run("status").out
    drift = taking("drift")
    assert (drift.status, drift.out.splitlines()[-1]) == (0, "the schema is as the files build")
    assert (
        f"  remark: surefoot status says that {said}: what was changed is no drift, such as another tool's" in drift.out
    )
    assert run("migrate").status == 0
    assert said not in run("status").out
    assert said not in taking("drift").out


def test_machines_read_what_was_matched(adopted: Callable[[str], None], taking: Run) -> None:
    adopted("flyway")
    read, *_, baselined = [
        json.loads(line) for line in taking("baseline", "--from-ledger", "auto", "--json").out.splitlines()
    ]
    assert (read["event"], read["tool"], read["rows"]) == ("ledger_read", "flyway", 3)
    assert read["table"] == "public.flyway_schema_history"
    assert read["migrations"]["003_add_note"] == "flyway: applied 2024-02-01 09:30:00 by carol, 3 ms, checksum 5512"
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
        "UPDATE flyway_schema_history SET type = 'BASELINE', version = '1.5' WHERE version = '1'",
        "it has a baseline at version 1.5, and no number of the manifest is such a version",
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
        "sqitch",
        "UPDATE sqitch.changes SET change = 'note' WHERE change = 'add_note'",
        "has 1 that the manifest does not: note",
    ),
    (
        "liquibase",
        "UPDATE databasechangelog SET id = '1', orderexecuted = 1 WHERE orderexecuted < 3",
        "has 1 and 1, and each may be 001_create_customers",
    ),
    (
        "django",
        "INSERT INTO django_migrations (app, name, applied) SELECT 'copy', name, applied FROM django_migrations",
        "has shop's 0001_create_customers and copy's 0001_create_customers, and each may be 001_create_customers",
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


FLYWAY = "INSERT INTO flyway_schema_history VALUES "
TAKEN = [
    (
        "flyway",
        (
            f"{FLYWAY} (4, '9', '', 'SQL', 'V9__x.sql', 1, 'bob', now(), 1, true), (5, '9', '', 'DELETE', 'V9__x.sql', "
            "1, 'bob', now(), 1, true)"
        ),
        "003_add_note: applied 2024-02-01 09:30:00 by carol, 3 ms, checksum 5512",
    ),
    (
        "flyway",
        (
            "DELETE FROM flyway_schema_history WHERE version = '1'; UPDATE flyway_schema_history SET "
            "type = 'BASELINE', script = '<< Flyway Baseline >>' WHERE version = '2'"
        ),
        "001_create_customers: there at the baseline of 2024-01-06 10:00:00 by bob",
    ),
    (
        "flyway",
        "UPDATE flyway_schema_history SET version = '1.' || version",
        "002_create_orders: applied 2024-01-06 10:00:00 by bob, 8 ms, checksum -8812",
    ),
    (
        "flyway",
        "UPDATE flyway_schema_history SET version = version || '.0'",
        "003_add_note: applied 2024-02-01 09:30:00 by carol, 3 ms, checksum 5512",
    ),
    (
        "flyway",
        f"{FLYWAY} (0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', 'x', NULL, 'bob', now(), 0, true)",
        "001_create_customers: applied 2024-01-05 10:00:00 by bob, 12 ms, checksum 1209443",
    ),
    ("liquibase", "DROP TABLE databasechangeloglock", "003_add_note: applied 20"),
    (
        "liquibase",
        "UPDATE databasechangelog SET filename = 'db/' || translate(id, '_', '-') || '.xml', id = '1'",
        "003_add_note: applied 20",
    ),
    ("yoyo", "DROP TABLE yoyo_lock, _yoyo_log", "003_add_note: applied 20"),
    (
        "sqlx",
        "UPDATE _sqlx_migrations SET execution_time = -1",
        "003_add_note: applied 2024-02-01T09:30:00Z, checksum 02",
    ),
]


@pytest.mark.parametrize(("tool", "change", "told"), TAKEN)
def test_a_ledger_that_is_not_as_ever(
    adopted: Callable[[str], None],
    folder: ProjectFolder,
    connection: psycopg.Connection,
    tool: str,
    change: str,
    told: str,
) -> None:
    adopted(tool)
    connection.execute(change.encode())
    matched = match(read_ledger(connection, "auto"), folder.load().migrations)
    rows = [f"{one.name}: {what}" for one, what, _ in matched.migrations]
    assert len(rows) == 3
    assert any(row.startswith(told) for row in rows), rows


ODD = [
    ("sqitch", 'ALTER SCHEMA sqitch RENAME TO "The registry"'),
    (
        "yoyo",
        (
            'CREATE SCHEMA "a.b c"; ALTER TABLE _yoyo_migration SET SCHEMA "a.b c"; '
            'ALTER TABLE _yoyo_log SET SCHEMA "a.b c"; ALTER TABLE _yoyo_version SET SCHEMA "a.b c"; '
            'ALTER TABLE yoyo_lock SET SCHEMA "a.b c"; GRANT SELECT ON "a.b c"._yoyo_log TO PUBLIC'
        ),
    ),
]


@pytest.mark.parametrize(("tool", "change"), ODD)
def test_a_schema_that_only_the_tool_has(
    adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection, tool: str, change: str
) -> None:
    adopted(tool)
    connection.execute(change.encode())
    done = taking("baseline", "--from-ledger", "auto")
    assert done.status == 0, done.err
    assert taking("drift").out.endswith("the schema is as the files build\n")


def test_a_change_that_was_reworked(folder: ProjectFolder, taking: Run, connection: psycopg.Connection) -> None:
    for number, words in enumerate(("create_customers", "create_orders", "add_note", "create_orders"), 1):
        folder.add(f"00{number}_{words}.sql", "SELECT 1;")
    folder.save()
    connection.execute((LEDGERS / "sqitch.sql").read_bytes())
    connection.execute(
        "INSERT INTO sqitch.changes SELECT 'f00', 'b4a', change, project, note, now(), 'Bob', 'bob@example.org', "
        "planned_at, planner_name, planner_email FROM sqitch.changes WHERE change = 'create_orders'"
    )
    connection.execute(
        "INSERT INTO sqitch.events SELECT 'fail', change_id, 'more', project, note, requires, conflicts, tags, now(), "
        "committer_name, committer_email, planned_at, planner_name, planner_email FROM sqitch.events LIMIT 1"
    )
    done = taking("baseline", "--from-ledger", "sqitch")
    assert done.status == 0, done.err
    assert "  the last thing that shop did was to fail with more, at 20" in done.out
    assert [row[0] for row in reasons(connection)][3] == "004_create_orders"
    assert "by Bob <bob@example.org>" in str(reasons(connection)[3][2])


def test_the_first_migration_of_every_app_has_one_name(
    folder: ProjectFolder, taking: Run, connection: psycopg.Connection
) -> None:
    folder.add("001_initial.sql", "CREATE TABLE customers (id bigint);")
    folder.add("002_add_note.sql", "ALTER TABLE customers ADD COLUMN note text;")
    folder.save()
    connection.execute("CREATE TABLE customers (id bigint, note text)")
    connection.execute((LEDGERS / "django.sql").read_bytes())
    connection.execute(
        "TRUNCATE django_migrations; INSERT INTO django_migrations (app, name, applied) VALUES "
        "('auth', '0001_initial', now()), ('auth', '0002_alter_field', now()), ('sessions', '0001_initial', now()), "
        "('tokens', '0001_initial', now()), ('shop', '0001_initial', '2024-01-05Z'), ('shop', '0002_add_note', now())"
    )
    done = taking("baseline", "--from-ledger", "django")
    assert done.status == 0, done.err
    assert [line for line in done.out.splitlines() if "left out" in line] == [
        f"  django's {app} is left out: nothing of it is in the manifest" for app in ("auth", "sessions", "tokens")
    ]
    assert reasons(connection)[0] == ("001_initial", "baselined", "django: applied 2024-01-05T00:00:00Z")


def test_two_ledgers_of_one_tool(adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection) -> None:
    adopted("dbmate")
    connection.execute('CREATE SCHEMA "Old"; CREATE TABLE "Old".schema_migrations (version text)')
    several = taking("baseline", "--from-ledger", "dbmate")
    assert several.status == 3
    assert (
        "next: say which: surefoot baseline --from-ledger dbmate --ledger-table '\"Old\".schema_migrations'"
        in several.err
    )
    empty = taking("baseline", "--from-ledger", "dbmate", "--ledger-table", '"Old".schema_migrations')
    assert '"Old".schema_migrations says that nothing is applied' in empty.err
    done = taking("baseline", "--from-ledger", "dbmate", "--ledger-table", "public.schema_migrations")
    assert done.status == 0, done.err


def test_a_ledger_with_another_name(
    adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection
) -> None:
    adopted("flyway")
    connection.execute("ALTER TABLE flyway_schema_history RENAME TO history_of_shop")
    none = taking("baseline", "--from-ledger", "flyway")
    assert "where the table has another name, give it with --ledger-table" in none.err
    wrong = taking("baseline", "--from-ledger", "goose", "--ledger-table", "public.history_of_shop")
    assert (wrong.status, "public.history_of_shop is no ledger of goose: it is one of flyway" in wrong.err) == (3, True)
    missing = taking("baseline", "--from-ledger", "auto", "--ledger-table", "public.history")
    assert (missing.status, "public.history is no ledger of a tool that is known" in missing.err) == (3, True)
    done = taking("baseline", "--from-ledger", "auto", "--ledger-table", "public.history_of_shop")
    assert done.status == 0, done.err
    assert "public.history_of_shop is as it was: run flyway no more, and drop it when nobody needs it" in done.out


def test_a_ledger_that_moves_meanwhile(
    adopted: Callable[[str], None], folder: ProjectFolder, connection: psycopg.Connection
) -> None:
    adopted("dbmate")
    project = folder.load()
    ledger = read_ledger(connection, "dbmate")
    source = source_of(connection, ledger, match(ledger, project.migrations))
    connection.execute("INSERT INTO schema_migrations VALUES ('20250101000001')")
    with pytest.raises(Refused, match=r"public\.schema_migrations has changed since it was read"):
        take_over(project, connection, 20240101000003, None, "it is known", source=source)
    assert connection.execute("SELECT count(*) FROM surefoot.ledger").fetchone() == (0,)


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
    assert f"GRANT USAGE ON SCHEMA public TO {role}; GRANT SELECT ON public.schema_migrations TO {role}" in done.err


def test_a_role_is_told_of_all_that_it_must_read(
    adopted: Callable[[str], None], taking: Run, connection: psycopg.Connection, database_url: str, make_role: MakeRole
) -> None:
    adopted("liquibase")
    role = make_role()
    for command in (
        'CREATE SCHEMA "Odd one"',
        'ALTER TABLE databasechangelog SET SCHEMA "Odd one"',
        'ALTER TABLE databasechangeloglock SET SCHEMA "Odd one"',
        f'GRANT USAGE ON SCHEMA "Odd one" TO {role}; GRANT SELECT ON "Odd one".databasechangelog TO {role}',
    ):
        connection.execute(command.encode())
    arguments = ("--from-ledger", "auto", "--database-url", make_conninfo(database_url, user=role))
    done = taking("baseline", *arguments)
    assert done.status == 5
    (advice,) = re.findall(r"next: (GRANT .+)", done.err)
    assert advice == (
        f'GRANT USAGE ON SCHEMA "Odd one" TO {role}; '
        f'GRANT SELECT ON "Odd one".databasechangelog, "Odd one".databasechangeloglock TO {role}'
    )
    connection.execute(advice.encode())
    assert '"Odd one".databasechangelog, the ledger of liquibase: 3 rows' in taking("baseline", *arguments).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "baseline needs to be told what the database has"),
        (("--to", "1", "--ledger-table", "public.x"), "--ledger-table goes with --from-ledger"),
        (("--to", "1", "--from-ledger", "auto"), "--to and --from-ledger exclude one another"),
        (("--from-ledger", "phinx"), "'phinx' is not one of 'auto', 'alembic', 'dbmate'"),
    ],
)
def test_bad_arguments(folder: ProjectFolder, run: Run, arguments: tuple[str, ...], said: str) -> None:
    folder.save()
    done = run("baseline", *arguments)
    assert done.status == 2
    assert said in done.err


# -- Matching ---------------------------------------------------------------------------------------------------------

NOWHERE = Table("public", "x", frozenset(), shown="public.x")


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
    ledger = ForeignLedger("it", NOWHERE, (entry._replace(scope="and all before"),))
    assert match(ledger, folder.load().migrations).migrations[-1][0].name == name


@pytest.mark.parametrize("entry", [Entry("three"), Entry("one"), Entry("4", 4)])
def test_an_entry_is_not_found(folder: ProjectFolder, entry: Entry) -> None:
    for file in ("001_one.sql", "002_one.sql"):
        folder.add(file, "SELECT 1;")
    with pytest.raises(Refused, match="has 1 that the manifest does not"):
        match(ForeignLedger("it", NOWHERE, (entry,)), folder.load().migrations)


def test_what_both_say_goes_before_a_number_alone(folder: ProjectFolder) -> None:
    for file in ("000_begin.sql", "001_one.sql", "002_three.sql", "003_three_and_a_half.sql"):
        folder.add(file, "SELECT 1;")
    entries = (Entry("begin", 0), Entry("one", 1), Entry("three", 3))
    matched = match(ForeignLedger("it", NOWHERE, entries), folder.load().migrations)
    assert [taken.migration.name for taken in matched.migrations] == ["000_begin", "001_one", "002_three"]


def test_a_baseline_before_all_files(folder: ProjectFolder) -> None:
    for file in ("002_two.sql", "003_three.sql"):
        folder.add(file, "SELECT 1;")
    entries = (Entry("<< Baseline >>", 1, "2024", "bob", scope="all up to its number"), Entry("two", 2))
    matched = match(ForeignLedger("it", NOWHERE, entries), folder.load().migrations)
    assert [taken.migration.name for taken in matched.migrations] == ["002_two"]
    assert matched.remarks == ("the baseline at 1 stands for nothing of the manifest, which begins after it",)
