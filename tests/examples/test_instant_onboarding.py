"""The instant-onboarding example: what its guide promises, asked of a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from examples.command import EXAMPLES, assert_no_errors, surefoot, travel
from examples.roundtrip import prove
from examples.schema import schema_of
from fix_command import Command

from surefoot_lint.project import Project

EXAMPLE = EXAMPLES / "instant-onboarding"
AS_FOUND = Path(__file__).parents[1] / "fixtures" / "instant-onboarding-as-found"
USER = "6f0e9f7e-6f0b-4d6c-9a50-0d2a6f6d3c11"
KEY = "a-random-session-key"
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def command(supabase_url: str, tmp_path: Path) -> Command:
    return surefoot("instant-onboarding", supabase_url, tmp_path)


@pytest.fixture
def migrated(command: Command, supabase_url: str) -> Iterator[Connection]:
    done = command("migrate")
    assert done.status == 0, done.err
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [USER])
        yield connection


@pytest.fixture
def seeded(migrated: Connection, command: Command) -> Connection:
    for _ in range(2):
        done = command("seed")
        assert (done.status, done.out.splitlines()[-1]) == (0, "1 seeded"), done.err
    return migrated


def ask(connection: Connection, file: Path) -> list[tuple[object, ...]]:
    return connection.execute(file.read_bytes()).fetchall()


def become(connection: Connection, role: str, *, user: str | None = None, key: str | None = None) -> None:
    """Ask as a client does, through the API."""
    connection.execute(f"SET ROLE {role}".encode())
    claims = json.dumps({"role": role, "sub": user} if user else {"role": role})
    connection.execute("SELECT set_config('request.jwt.claims', %s, false)", [claims])
    headers = json.dumps({"x-session-key": key} if key else {})
    connection.execute("SELECT set_config('request.headers', %s, false)", [headers])


def start(connection: Connection, key: str = KEY) -> None:
    connection.execute(
        "INSERT INTO instant_onboarding_sessions (session_key, channel, status) VALUES (%s, 'web', 'collecting_data')",
        [key],
    )


# -- The whole --------------------------------------------------------------------------------------------------------


def test_the_linter_finds_no_error() -> None:
    assert_no_errors("instant-onboarding")


def test_forward_and_back_and_forward(command: Command, supabase_url: str) -> None:
    travel(command, supabase_url, 1)


def test_the_round_trip_is_exact(supabase_url: str) -> None:
    project = Project.load(EXAMPLE)
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        prove(connection, project, project.migrations[0])


def test_the_verification_query_answers_as_the_guide_says(migrated: Connection) -> None:
    assert ask(migrated, EXAMPLE / "checks" / "migration_complete.sql") == [("Migration Complete!", 2, 13, 9)]


def test_the_guides_own_query_counts_the_views_as_tables(migrated: Connection) -> None:
    assert ask(migrated, AS_FOUND / "verification.sql") == [("Migration Complete!", 4, 13, 9)]


def test_every_foreign_key_has_an_index(migrated: Connection) -> None:
    rows = migrated.execute("""
        SELECT conname FROM pg_constraint WHERE contype = 'f' AND conname LIKE 'instant%' AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = conrelid AND indpred IS NULL AND indkey[0] = conkey[1])
    """)
    assert rows.fetchall() == []


# -- The rollback as the guide gives it -------------------------------------------------------------------------------


def test_the_guides_rollback_leaves_the_triggers_function(supabase_url: str, command: Command) -> None:
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        before = schema_of(connection)
        assert command("migrate").status == 0
        connection.execute((AS_FOUND / "rollback.sql").read_bytes())
        left = schema_of(connection) - before
        assert {line[:2] for line in left} == {("function", "set_instant_onboarding_updated_at()")}
        assert before <= schema_of(connection)


def test_the_guides_rollback_takes_what_others_made(migrated: Connection) -> None:
    migrated.execute("CREATE TABLE campaigns (id bigint PRIMARY KEY, channel onboarding_channel)")
    migrated.execute((AS_FOUND / "rollback.sql").read_bytes())
    rows = migrated.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'campaigns'")
    assert rows.fetchall() == [("id",)]


def test_ours_refuses_to_take_what_others_made(migrated: Connection, command: Command) -> None:
    migrated.execute("CREATE TABLE campaigns (id bigint PRIMARY KEY, channel onboarding_channel)")
    before = schema_of(migrated)
    back = command("rollback", "--yes")
    assert back.status == 4
    assert "cannot drop type onboarding_channel because other objects depend on it" in back.err
    assert schema_of(migrated) == before


# -- Its queries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", sorted(path.name for path in (EXAMPLE / "queries").iterdir()))
def test_a_query_answers(seeded: Connection, query: str) -> None:
    assert ask(seeded, EXAMPLE / "queries" / query)


@pytest.mark.parametrize("query", ["average_time_to_complete.sql", "daily_completion_rate.sql", "table_sizes.sql"])
def test_a_query_answers_what_the_guides_own_does(seeded: Connection, query: str) -> None:
    assert sorted(ask(seeded, EXAMPLE / "queries" / query)) == sorted(ask(seeded, AS_FOUND / query))


def test_the_funnel(seeded: Connection) -> None:
    expected = [
        ("Total Sessions", 6, 100),
        ("Charts Generated", 3, 50),
        ("Charts Viewed", 2, pytest.approx(33.33)),
        ("Charts Shared", 1, pytest.approx(16.67)),
        ("Converted to Users", 1, pytest.approx(16.67)),
    ]
    for file in (EXAMPLE / "queries/conversion_funnel.sql", AS_FOUND / "conversion_funnel.sql"):
        assert [(stage, count, float(str(share))) for stage, count, share in ask(seeded, file)] == expected


def test_the_funnel_of_no_session(migrated: Connection) -> None:
    assert ask(migrated, EXAMPLE / "queries/conversion_funnel.sql")[1] == ("Charts Generated", 0, None)
    with pytest.raises(psycopg.errors.DivisionByZero):
        ask(migrated, AS_FOUND / "conversion_funnel.sql")


def test_the_guides_query_on_indexes_names_columns_of_another_view(seeded: Connection) -> None:
    with pytest.raises(psycopg.errors.UndefinedColumn, match='column "tablename" does not exist'):
        ask(seeded, AS_FOUND / "index_usage.sql")
    assert len(ask(seeded, EXAMPLE / "queries/index_usage.sql")) == 13


def test_the_statistics_by_day(seeded: Connection) -> None:
    rows = seeded.execute(
        "SELECT sum(total_sessions), sum(completed_sessions), sum(failed_sessions)"
        " FROM instant_onboarding_session_stats"
    )
    assert rows.fetchone() == (6, 3, 1)
    rows = seeded.execute("SELECT sum(total_sessions), sum(conversions) FROM instant_onboarding_conversion_metrics")
    assert rows.fetchone() == (6, 1)


def test_the_guides_test_session(migrated: Connection) -> None:
    [row] = ask(migrated, AS_FOUND / "test_session.sql")
    assert len(row) == 14


def test_clean_up(seeded: Connection) -> None:
    start(seeded)
    seeded.execute("UPDATE instant_onboarding_sessions SET created_at = now() - INTERVAL '9 days', completed_at = NULL")
    assert seeded.execute("SELECT cleanup_expired_onboarding_sessions()").fetchone() == (4,)
    rows = seeded.execute("SELECT DISTINCT status::text FROM instant_onboarding_sessions")
    assert rows.fetchall() == [("completed",)]


def test_the_trigger_stamps(migrated: Connection) -> None:
    start(migrated)
    migrated.execute("UPDATE instant_onboarding_sessions SET language = 'fr'")
    assert migrated.execute("SELECT updated_at > created_at FROM instant_onboarding_sessions").fetchone() == (True,)


# -- Who may do what --------------------------------------------------------------------------------------------------


def test_a_visitor_begins_a_session_and_goes_on_by_its_key(migrated: Connection) -> None:
    become(migrated, "anon", key=KEY)
    start(migrated)
    start(migrated, "the-key-of-another-visitor")
    assert migrated.execute("SELECT session_key FROM instant_onboarding_sessions").fetchall() == [(KEY,)]
    done = migrated.execute('UPDATE instant_onboarding_sessions SET collected_data = \'{"name": "Ada"}\'')
    assert done.rowcount == 1


def test_without_the_key_there_is_nothing(migrated: Connection) -> None:
    become(migrated, "anon")
    start(migrated)
    assert migrated.execute("SELECT FROM instant_onboarding_sessions").fetchall() == []
    assert migrated.execute("UPDATE instant_onboarding_sessions SET language = 'fr'").rowcount == 0


def test_a_visitor_does_not_say_that_the_chart_is_done(migrated: Connection) -> None:
    become(migrated, "anon", key=KEY)
    start(migrated)
    for change in ("status = 'completed'", "chart_generated = true", f"user_id = '{USER}'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            migrated.execute(f"UPDATE instant_onboarding_sessions SET {change}".encode())


def test_a_session_that_an_account_took_over_is_its_own(migrated: Connection) -> None:
    become(migrated, "anon", key=KEY)
    start(migrated)
    become(migrated, "authenticated", user=USER, key=KEY)
    assert migrated.execute("UPDATE instant_onboarding_sessions SET user_id = %s", [USER]).rowcount == 1
    become(migrated, "anon", key=KEY)
    assert migrated.execute("SELECT FROM instant_onboarding_sessions").fetchall() == []
    become(migrated, "authenticated", user=USER)
    assert len(migrated.execute("SELECT FROM instant_onboarding_sessions").fetchall()) == 1


def test_nobody_gives_a_session_to_another_account(migrated: Connection) -> None:
    become(migrated, "anon", key=KEY)
    start(migrated)
    become(migrated, "authenticated", user="00000000-0000-0000-0000-000000000000", key=KEY)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrated.execute("UPDATE instant_onboarding_sessions SET user_id = %s", [USER])


def test_the_back_end_may_do_all(seeded: Connection) -> None:
    become(seeded, "service_role")
    assert seeded.execute("SELECT count(*) FROM instant_onboarding_profiles").fetchone() == (3,)
    assert seeded.execute("SELECT cleanup_expired_onboarding_sessions()").fetchone() == (1,)


# -- Its troubleshooting ----------------------------------------------------------------------------------------------


def test_tables_and_types_that_are_there_already_are_kept(supabase_url: str, command: Command) -> None:
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        connection.execute((EXAMPLE / "migrations" / "001_instant_onboarding.sql").read_bytes())
        start(connection)
        assert command("migrate").status == 0
        assert connection.execute("SELECT count(*) FROM instant_onboarding_sessions").fetchone() == (1,)
