"""The instant-onboarding example: what its guide promises, asked of a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fix_command import Command, bare_environment
from fix_example import FOLDER, applied, copied, load, typed

import surefoot
from surefoot.catalog import read_catalog
from surefoot.compare import compare
from surefoot.connection import Target, connect
from surefoot.servers import Server

NAME = "instant-onboarding"
EXAMPLE = FOLDER / NAME
AS_FOUND = Path(__file__).parents[1] / "fixtures" / "instant-onboarding-as-found"
USER = "6f0e9f7e-6f0b-4d6c-9a50-0d2a6f6d3c11"
KEY = "a-random-session-key"


@pytest.fixture
def command(supabase_url: str, tmp_path: Path) -> Command:
    """The command line in a copy of the example."""
    return Command(copied(NAME, tmp_path).parent, bare_environment(tmp_path) | {"DATABASE_URL": supabase_url})


@pytest.fixture
def migrated(supabase_url: str) -> Iterator[psycopg.Connection]:
    """A database with the example applied, and one account."""
    applied(NAME, supabase_url)
    with connect(Target(supabase_url, "the test")) as connection:
        connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [USER])
        yield connection


@pytest.fixture
def seeded(migrated: psycopg.Connection) -> psycopg.Connection:
    """The same with its sample data."""
    surefoot.seed(load(NAME), migrated)
    return migrated


def ask(connection: psycopg.Connection, file: Path) -> list[tuple[object, ...]]:
    return connection.execute(file.read_bytes()).fetchall()


def become(connection: psycopg.Connection, role: str, *, user: str | None = None, key: str | None = None) -> None:
    """Ask as a client does, through the API, from now on."""
    connection.execute(f"SET ROLE {role}".encode())
    claims = json.dumps({"role": role, "sub": user} if user else {"role": role})
    connection.execute("SELECT set_config('request.jwt.claims', %s, false)", [claims])
    headers = json.dumps({"x-session-key": key} if key else {})
    connection.execute("SELECT set_config('request.headers', %s, false)", [headers])


def start(connection: psycopg.Connection, key: str = KEY) -> None:
    connection.execute(
        "INSERT INTO instant_onboarding_sessions (session_key, channel, status) VALUES (%s, 'web', 'collecting_data')",
        [key],
    )


# -- The whole --------------------------------------------------------------------------------------------------------


def test_the_verification_query_answers_as_the_guide_says(migrated: psycopg.Connection) -> None:
    assert ask(migrated, EXAMPLE / "checks" / "migration_complete.sql") == [("Migration Complete!", 2, 13, 9)]


def test_the_guides_own_query_counts_the_views_as_tables(migrated: psycopg.Connection) -> None:
    assert ask(migrated, AS_FOUND / "verification.sql") == [("Migration Complete!", 4, 13, 9)]


def test_every_foreign_key_has_an_index(migrated: psycopg.Connection) -> None:
    rows = migrated.execute("""
        SELECT conname FROM pg_constraint WHERE contype = 'f' AND conname LIKE 'instant%' AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = conrelid AND indpred IS NULL AND indkey[0] = conkey[1])
    """)
    assert rows.fetchall() == []


# -- The rollback as the guide gives it -------------------------------------------------------------------------------


def test_the_guides_rollback_leaves_the_triggers_function(supabase_url: str) -> None:
    with connect(Target(supabase_url, "the test")) as connection:
        before = read_catalog(connection)
        surefoot.migrate(load(NAME), connection)
        connection.execute((AS_FOUND / "rollback.sql").read_bytes())
        left = compare(before, read_catalog(connection))
        assert "extra: function public.set_instant_onboarding_updated_at()" in map(str, left)
        # Beside it, only what is said of it: its comment, and who may call it.
        assert all(one.change == "extra" and "set_instant_onboarding_updated_at()" in one.identity for one in left)


def test_the_guides_rollback_takes_what_others_made(migrated: psycopg.Connection) -> None:
    migrated.execute("CREATE TABLE campaigns (id bigint PRIMARY KEY, channel onboarding_channel)")
    migrated.execute((AS_FOUND / "rollback.sql").read_bytes())
    rows = migrated.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'campaigns'")
    assert rows.fetchall() == [("id",)]


def test_ours_refuses_to_take_what_others_made(migrated: psycopg.Connection, command: Command) -> None:
    migrated.execute("CREATE TABLE campaigns (id bigint PRIMARY KEY, channel onboarding_channel)")
    before = read_catalog(migrated)
    back = command("rollback", "--yes")
    assert back.status == 4
    assert "cannot drop type onboarding_channel because other objects depend on it" in back.err
    assert compare(before, read_catalog(migrated)) == ()


# -- Its queries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", sorted(path.name for path in (EXAMPLE / "queries").iterdir()))
def test_a_query_answers(seeded: psycopg.Connection, query: str) -> None:
    assert ask(seeded, EXAMPLE / "queries" / query)


@pytest.mark.parametrize("query", ["average_time_to_complete.sql", "daily_completion_rate.sql", "table_sizes.sql"])
def test_a_query_answers_what_the_guides_own_does(seeded: psycopg.Connection, query: str) -> None:
    assert sorted(ask(seeded, EXAMPLE / "queries" / query)) == sorted(ask(seeded, AS_FOUND / query))


def test_the_funnel(seeded: psycopg.Connection) -> None:
    expected = [
        ("Total Sessions", 6, 100),
        ("Charts Generated", 3, 50),
        ("Charts Viewed", 2, pytest.approx(33.33)),
        ("Charts Shared", 1, pytest.approx(16.67)),
        ("Converted to Users", 1, pytest.approx(16.67)),
    ]
    for file in (EXAMPLE / "queries/conversion_funnel.sql", AS_FOUND / "conversion_funnel.sql"):
        assert [(stage, count, float(str(share))) for stage, count, share in ask(seeded, file)] == expected


def test_the_funnel_of_no_session(migrated: psycopg.Connection) -> None:
    assert ask(migrated, EXAMPLE / "queries/conversion_funnel.sql")[1] == ("Charts Generated", 0, None)
    with pytest.raises(psycopg.errors.DivisionByZero):
        ask(migrated, AS_FOUND / "conversion_funnel.sql")


def test_the_guides_query_on_indexes_names_columns_of_another_view(seeded: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.UndefinedColumn, match='column "tablename" does not exist'):
        ask(seeded, AS_FOUND / "index_usage.sql")
    assert len(ask(seeded, EXAMPLE / "queries/index_usage.sql")) == 13


def test_the_statistics_by_day(seeded: psycopg.Connection) -> None:
    rows = seeded.execute(
        "SELECT sum(total_sessions), sum(completed_sessions), sum(failed_sessions)"
        " FROM instant_onboarding_session_stats"
    )
    assert rows.fetchone() == (6, 3, 1)
    rows = seeded.execute("SELECT sum(total_sessions), sum(conversions) FROM instant_onboarding_conversion_metrics")
    assert rows.fetchone() == (6, 1)


def test_the_guides_test_session(migrated: psycopg.Connection) -> None:
    [row] = ask(migrated, AS_FOUND / "test_session.sql")
    assert len(row) == 14


def test_clean_up(seeded: psycopg.Connection) -> None:
    start(seeded)
    seeded.execute("UPDATE instant_onboarding_sessions SET created_at = now() - INTERVAL '9 days', completed_at = NULL")
    assert seeded.execute("SELECT cleanup_expired_onboarding_sessions()").fetchone() == (4,)
    rows = seeded.execute("SELECT DISTINCT status::text FROM instant_onboarding_sessions")
    assert rows.fetchall() == [("completed",)]


def test_the_trigger_stamps(migrated: psycopg.Connection) -> None:
    start(migrated)
    migrated.execute("UPDATE instant_onboarding_sessions SET language = 'fr'")
    assert migrated.execute("SELECT updated_at > created_at FROM instant_onboarding_sessions").fetchone() == (True,)


# -- Who may do what --------------------------------------------------------------------------------------------------


def test_a_visitor_begins_a_session_and_goes_on_by_its_key(migrated: psycopg.Connection) -> None:
    become(migrated, "anon", key=KEY)
    start(migrated)
    start(migrated, "the-key-of-another-visitor")
    assert migrated.execute("SELECT session_key FROM instant_onboarding_sessions").fetchall() == [(KEY,)]
    done = migrated.execute('UPDATE instant_onboarding_sessions SET collected_data = \'{"name": "Ada"}\'')
    assert done.rowcount == 1


def test_without_the_key_there_is_nothing(migrated: psycopg.Connection) -> None:
    become(migrated, "anon")
    start(migrated)
    assert migrated.execute("SELECT FROM instant_onboarding_sessions").fetchall() == []
    assert migrated.execute("UPDATE instant_onboarding_sessions SET language = 'fr'").rowcount == 0


def test_a_visitor_does_not_say_that_the_chart_is_done(migrated: psycopg.Connection) -> None:
    become(migrated, "anon", key=KEY)
    start(migrated)
    for change in ("status = 'completed'", "chart_generated = true", f"user_id = '{USER}'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            migrated.execute(f"UPDATE instant_onboarding_sessions SET {change}".encode())


def test_a_session_that_an_account_took_over_is_its_own(migrated: psycopg.Connection) -> None:
    become(migrated, "anon", key=KEY)
    start(migrated)
    become(migrated, "authenticated", user=USER, key=KEY)
    assert migrated.execute("UPDATE instant_onboarding_sessions SET user_id = %s", [USER]).rowcount == 1
    become(migrated, "anon", key=KEY)
    assert migrated.execute("SELECT FROM instant_onboarding_sessions").fetchall() == []
    become(migrated, "authenticated", user=USER)
    assert len(migrated.execute("SELECT FROM instant_onboarding_sessions").fetchall()) == 1


def test_nobody_gives_a_session_to_another_account(migrated: psycopg.Connection) -> None:
    become(migrated, "anon", key=KEY)
    start(migrated)
    become(migrated, "authenticated", user="00000000-0000-0000-0000-000000000000", key=KEY)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrated.execute("UPDATE instant_onboarding_sessions SET user_id = %s", [USER])


def test_the_back_end_may_do_all(seeded: psycopg.Connection) -> None:
    become(seeded, "service_role")
    assert seeded.execute("SELECT count(*) FROM instant_onboarding_profiles").fetchone() == (3,)
    assert seeded.execute("SELECT cleanup_expired_onboarding_sessions()").fetchone() == (1,)


def test_the_readme_can_be_typed(supabase_url: str, server: Server, tmp_path: Path) -> None:
    said = typed(copied(NAME, tmp_path).parent, supabase_url, server.binaries)
    assert "11 of 11 checks hold" in said
    assert "Converted to Users" in said
    assert said.rstrip().endswith("1 rolled back; 0 stay applied")


# -- Its troubleshooting ----------------------------------------------------------------------------------------------


def test_tables_and_types_that_are_there_already_are_kept(supabase_url: str, command: Command) -> None:
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        connection.execute((EXAMPLE / "migrations" / "001_instant_onboarding.sql").read_bytes())
        start(connection)
        assert command("migrate").status == 0
        assert connection.execute("SELECT count(*) FROM instant_onboarding_sessions").fetchone() == (1,)
