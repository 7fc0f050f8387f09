"""Attuned: what is made, how the prototype's data are carried over, and that the way back keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fix_example import FOLDER, applied, copied, load, seeded, typed
from fix_identity import value

import surefoot
from surefoot.connection import Target, connect
from surefoot.servers import Server

PROTOTYPE = {
    "survey_submissions": "id, respondent_name, answers, submitted_at",
    "profiles": "id, submission_id, power_orientation, domain_scores, boundaries, anatomy, created_at",
    "activities": "id, slug, kind, rating, theme, prompt, is_active, created_at",
    "sessions": "id, player_a_profile_id, player_b_profile_id, rating, started_at, ended_at",
    "session_activities": "id, session_id, activity_id, position, was_skipped, presented_at",
    "compatibility_results": "id, profile_a_id, profile_b_id, score, breakdown, created_at",
}
NAMES = {
    "tables": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    "enums": "SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'",
    "functions": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "columns": "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'",
}


@pytest.fixture
def database(supabase_url: str) -> Iterator[psycopg.Connection]:
    """A database of the platform, on which nothing was done."""
    with connect(Target(supabase_url, "the test")) as connection:
        yield connection


def names(connection: psycopg.Connection) -> dict[str, set[str]]:
    """List what there is, by kind."""
    return {kind: {row[0] for row in connection.execute(query.encode())} for kind, query in NAMES.items()}


def prototype(connection: psycopg.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Read all that the prototype's columns hold."""
    return {
        table: connection.execute(f"SELECT {columns} FROM public.{table} ORDER BY id".encode()).fetchall()
        for table, columns in PROTOTYPE.items()
    }


def changed(tmp_path: Path, file: str, old: str, new: str) -> surefoot.Project:
    """Load a copy of the example with a change in one file."""
    manifest = copied("attuned", tmp_path)
    path = manifest.parent / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return surefoot.Project.load(manifest)


# -- What is made -----------------------------------------------------------------------------------------------------


def test_nine_tables_three_changed_nine_enums_many_functions(supabase_url: str, database: psycopg.Connection) -> None:
    applied("attuned", supabase_url, to="2")
    before = names(database)
    applied("attuned", supabase_url, to="8")
    made = {kind: found - before[kind] for kind, found in names(database).items()}
    assert made["tables"] == {
        "users",
        "survey_progress",
        "partner_connections",
        "remembered_partners",
        "push_notification_tokens",
        "user_activity_history",
        "ai_generation_logs",
        "subscription_transactions",
        "anonymous_sessions",
    }
    changed_tables = {name.partition(".")[0] for name in made["columns"]} & before["tables"]
    assert changed_tables == {"profiles", "survey_submissions", "sessions"}
    assert len(made["enums"]) == 9
    assert len(made["functions"]) >= 14


INDEXES = [
    ("users", "(email)"),
    ("users", "(lower(email))"),
    ("users", "(subscription_tier)"),
    ("profiles", "(user_id)"),
    ("profiles", "(anonymous_session_id)"),
    ("sessions", "(primary_user_id, started_at DESC)"),
    ("sessions", "(partner_user_id, started_at DESC)"),
    ("user_activity_history", "(user_id, presented_at)"),
    ("partner_connections", "(recipient_email)"),
    ("partner_connections", "(expires_at) WHERE (status = 'pending'::public.connection_status)"),
    (
        "partner_connections",
        "(requester_user_id, recipient_email) WHERE (status = 'pending'::public.connection_status)",
    ),
    ("ai_generation_logs", "(created_at) WHERE (NOT was_valid)"),
]


def test_the_indexes(supabase_url: str, database: psycopg.Connection) -> None:
    applied("attuned", supabase_url)
    with database.transaction():
        database.execute("SET LOCAL search_path = pg_catalog")
        found = database.execute("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'").fetchall()
    for table, definition in INDEXES:
        assert [1 for name, text in found if name == table and text.endswith(f"USING btree {definition}")], definition


# -- The data ---------------------------------------------------------------------------------------------------------


def test_nothing_of_the_prototype_is_lost(supabase_url: str, database: psycopg.Connection) -> None:
    applied("attuned", supabase_url, to="2")
    before = prototype(database)
    assert [len(rows) for rows in before.values()] == [12, 10, 864, 5, 40, 6]
    applied("attuned", supabase_url)
    assert prototype(database) == before
    seeded("attuned", supabase_url)
    with_seeds = prototype(database)
    surefoot.rollback(load("attuned"), database, to="2", consent=lambda _: True)
    assert prototype(database) == with_seeds
    applied("attuned", supabase_url)
    assert prototype(database) == with_seeds


def test_what_the_data_become(supabase_url: str, database: psycopg.Connection) -> None:
    applied("attuned", supabase_url)
    owners = (
        "SELECT bool_and(is_anonymous), bool_and(user_id IS NULL), count(DISTINCT anonymous_session_id) FROM profiles"
    )
    assert database.execute(owners).fetchone() == (True, True, 10)
    assert database.execute("SELECT DISTINCT survey_version FROM survey_submissions").fetchall() == [("0.4",)]
    games = """
        SELECT bool_and(s.primary_profile_id = s.player_a_profile_id),
            bool_and(s.partner_profile_id IS NOT DISTINCT FROM s.player_b_profile_id),
            bool_and(s.intimacy_level::text = s.rating), bool_and(s.owner_anonymous_session_id = p.anonymous_session_id)
        FROM sessions AS s JOIN profiles AS p ON p.id = s.primary_profile_id
    """
    assert database.execute(games).fetchone() == (True, True, True, True)
    assert (
        value(database, "SELECT count(*) FROM anonymous_sessions AS a JOIN profiles AS p ON p.id = a.profile_id") == 10
    )


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM public.compatibility_results WHERE score = 42;",
        "UPDATE public.profiles SET boundaries = '[]' WHERE boundaries <> '[]';",
        "UPDATE public.sessions SET ended_at = NULL WHERE rating = 'G';",
    ],
)
def test_a_loss_stops_the_migration(supabase_url: str, database: psycopg.Connection, tmp_path: Path, loss: str) -> None:
    project = changed(tmp_path, "migrations/009_migrate_prototype_to_mvp.sql", "-- Games\n", loss)
    surefoot.migrate(project, database, to="8")
    before = prototype(database)
    with pytest.raises(surefoot.CheckFailed, match="nothing of the prototype was lost or changed"):
        surefoot.migrate(project, database)
    assert prototype(database) == before
    assert value(database, "SELECT count(*) FROM profiles WHERE anonymous_session_id IS NOT NULL") == 0


def test_half_migrated_data_stop_it_before_it_begins(supabase_url: str, database: psycopg.Connection) -> None:
    applied("attuned", supabase_url, to="8")
    database.execute("UPDATE sessions SET intimacy_level = 'G' WHERE rating = 'G'")
    with pytest.raises(surefoot.CheckFailed, match="nothing is migrated by half"):
        applied("attuned", supabase_url)
    assert value(database, "SELECT to_regclass('public.prototype_totals')") is None


@pytest.mark.parametrize("to", ["3", "5", "8", "9", "12"])
def test_the_old_back_end_runs_on(supabase_url: str, database: psycopg.Connection, to: str) -> None:
    applied("attuned", supabase_url, to=to)
    profile = value(
        database,
        """
        WITH survey AS (INSERT INTO survey_submissions (respondent_name, answers) VALUES ('Max', '{}') RETURNING id)
        INSERT INTO profiles (submission_id, power_orientation, domain_scores) SELECT id, 'top', '{}' FROM survey
        RETURNING id
        """,
    )
    game = value(database, "INSERT INTO sessions (player_a_profile_id, rating) VALUES (%s, 'R') RETURNING id", profile)
    applied("attuned", supabase_url)
    linked = "SELECT primary_profile_id, intimacy_level::text FROM sessions WHERE id = %s"
    assert database.execute(linked, [game]).fetchone() == (profile, "R")
    owned = "SELECT p.is_anonymous, p.survey_version, a.profile_id IS NOT NULL FROM profiles AS p "
    owned += "LEFT JOIN anonymous_sessions AS a ON a.id = p.anonymous_session_id WHERE p.id = %s"
    assert database.execute(owned.encode(), [profile]).fetchone() == (True, "0.4", True)


def test_an_account_from_before_gets_its_row(supabase_url: str, database: psycopg.Connection) -> None:
    database.execute("INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'Early@Test.com')")
    applied("attuned", supabase_url)
    database.execute("INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'late@test.com')")
    emails = database.execute("SELECT email FROM public.users ORDER BY email").fetchall()
    assert emails == [("early@test.com",), ("late@test.com",)]


# -- The way there ----------------------------------------------------------------------------------------------------


def test_a_dry_run_changes_nothing(supabase_url: str, database: psycopg.Connection) -> None:
    applied("attuned", supabase_url, to="8")
    before = names(database), prototype(database)
    report = surefoot.dry_run_migrate(load("attuned"), database)
    assert report.failure is None
    assert (names(database), prototype(database)) == before


def test_the_readme_can_be_typed(supabase_url: str, server: Server, tmp_path: Path) -> None:
    folder = copied("attuned", tmp_path).parent
    said = typed(folder, supabase_url, server.binaries)
    assert "14 of 14 checks hold" in said
    assert len(list((folder / "backups").iterdir())) == 1


def test_the_readme_names_every_file() -> None:
    text = (FOLDER / "attuned/README.md").read_text()
    for migration in load("attuned").migrations[2:]:
        assert migration.entry.file in text
