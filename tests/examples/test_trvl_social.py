"""The trvl-social example: what its guide promises, asked of a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from fix_command import Command, bare_environment
from fix_example import applied, copied, load, typed
from fix_identity import acting, key, value
from fix_server import fresh_database
from pytest_postgresql.executors import NoopExecutor

import surefoot
from surefoot.catalog import read_catalog
from surefoot.compare import compare
from surefoot.connection import Target, connect
from surefoot.servers import Server

NAME = "trvl-social"
TRAVELER, OTHER, VENDOR, ADMIN = (key(f"test user {name}") for name in ("ada", "grace", "edmund", "root"))
PHASES = {"core": 4, "social": 4, "payments": 1, "communication": 2, "advanced": 4, "operations": 8, "analytics": 2}


@pytest.fixture
def migrated(server: Server, ready: Callable[[str], NoopExecutor]) -> Iterator[psycopg.Connection]:
    """The example with its four people."""
    with fresh_database(server, ready(NAME)) as url, connect(Target(url, "the test")) as connection:
        yield connection


@pytest.fixture
def command(server: Server, migrated: psycopg.Connection, tmp_path: Path) -> Command:
    """The command line in a copy of the example, on the database of `migrated`."""
    url = server.database_url(migrated.info.dbname)
    return Command(copied(NAME, tmp_path).parent, bare_environment(tmp_path) | {"DATABASE_URL": url})


def denied(connection: psycopg.Connection, query: str, *parameters: object) -> bool:
    """Tell whether a statement is refused for want of a right; the transaction goes on."""
    try:
        with connection.transaction():
            connection.execute(query.encode(), parameters)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def book(connection: psycopg.Connection, status: str = "completed") -> dict[str, object]:
    """Make an adventure of the vendor with places, and a booking of the traveler."""
    made: dict[str, object] = {}
    made["vendor"] = value(
        connection,
        "INSERT INTO vendors (user_id, business_name, contact_email, status)"
        " VALUES (%s, 'Peaks', 'a@example.org', 'active') RETURNING id",
        VENDOR,
    )
    made["adventure"] = value(
        connection,
        "INSERT INTO adventures (vendor_id, title, category, location, duration_minutes, max_participants, price_cents,"
        " is_active) VALUES (%s, 'Up', 'hiking', 'Alps', 300, 8, 5000, true) RETURNING id",
        made["vendor"],
    )
    made["availability"] = value(
        connection,
        "INSERT INTO adventure_availability (adventure_id, starts_at, capacity) VALUES (%s, now(), 3) RETURNING id",
        made["adventure"],
    )
    made["booking"] = value(
        connection,
        "INSERT INTO bookings (user_id, vendor_id, adventure_id, availability_id, status, booking_date,"
        " participant_count, total_cents) VALUES (%s, %s, %s, %s, %s, now(), 2, 10000) RETURNING id",
        TRAVELER,
        made["vendor"],
        made["adventure"],
        made["availability"],
        status,
    )
    return made


# -- The whole --------------------------------------------------------------------------------------------------------


def test_the_phases_follow_each_other_and_go_back_one_by_one(migrated: psycopg.Connection) -> None:
    project = load(NAME)
    phases = [migration.entry.phase for migration in project.migrations]
    assert phases == [phase for phase, count in PHASES.items() for _ in range(count)]
    for phase in reversed(PHASES):
        back = surefoot.rollback(project, migrated, phase=phase, consent=lambda _: True)
        assert len(back.done) == PHASES[phase]
    assert surefoot.status(project, migrated).pending == 25


def test_the_verification_says_four_lines_and_more(command: Command) -> None:
    verified = command("verify")
    assert verified.status == 0
    held = {line.split("   ", 1)[1] for line in verified.out.splitlines()[:-1]}
    assert held >= {"tables", "rls_enabled", "buckets", "database connection"}


def test_the_readme_can_be_typed(supabase_url: str, server: Server, tmp_path: Path) -> None:
    said = typed(copied(NAME, tmp_path).parent, supabase_url, server.binaries)
    assert "18 of 18 checks hold" in said
    assert "8 rolled back; 15 stay applied" in said
    assert said.rstrip().endswith("10 applied; 25 in all")


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("DROP TABLE public.dispute_cases", "there is no table public.dispute_cases"),
        ("ALTER TABLE public.posts DISABLE ROW LEVEL SECURITY", "public.posts has no row-level security"),
        ("DELETE FROM storage.buckets WHERE id = 'avatars'", "there is no bucket avatars"),
        (
            "UPDATE storage.buckets SET public = true WHERE id = 'vendor-documents'",
            "the bucket vendor-documents is public",
        ),
        ("DROP INDEX public.idx_profiles_role", "there is no index public.idx_profiles_role"),
        ("GRANT SELECT ON public.booking_payments TO anon", "expected the error insufficient_privilege, got no row"),
        (
            "ALTER TYPE public.user_role ADD VALUE 'guest'",
            "the enum public.user_role has traveler, vendor, admin, guest, and not",
        ),
    ],
)
def test_the_verification_finds_what_is_wrong(
    command: Command, migrated: psycopg.Connection, damage: str, found: str
) -> None:
    migrated.execute(damage.encode())
    verified = command("verify")
    assert verified.status == 1
    assert found in verified.out


# -- Tables, keys, indexes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "target"),
    [
        ("profiles", "id", "auth.users"),
        ("user_preferences", "user_id", "profiles"),
        ("vendors", "user_id", "profiles"),
        ("adventures", "vendor_id", "vendors"),
        ("adventure_availability", "adventure_id", "adventures"),
        ("bookings", "user_id", "profiles"),
        ("bookings", "vendor_id", "vendors"),
        ("bookings", "adventure_id", "adventures"),
        ("booking_payments", "booking_id", "bookings"),
        ("groups", "owner_id", "profiles"),
        ("group_members", "user_id", "profiles"),
        ("group_members", "group_id", "groups"),
    ],
)
def test_foreign_key(migrated: psycopg.Connection, table: str, column: str, target: str) -> None:
    found = value(
        migrated, "SELECT confrelid::regclass::text FROM pg_constraint WHERE conname = %s", f"{table}_{column}_fkey"
    )
    assert found == target


def test_every_foreign_key_has_an_index(migrated: psycopg.Connection) -> None:
    rows = migrated.execute("""
        SELECT conname FROM pg_constraint
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = conrelid AND indpred IS NULL AND indisvalid
                AND indkey[0] = conkey[1])
    """)
    assert rows.fetchall() == []


def test_every_table_and_function_says_what_it_is_for(migrated: psycopg.Connection) -> None:
    rows = migrated.execute("""
        SELECT oid::regclass::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND obj_description(oid, 'pg_class') IS NULL
        UNION ALL SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
    """)
    assert rows.fetchall() == []


def test_the_performance_baseline(migrated: psycopg.Connection) -> None:
    migrated.execute("SET enable_seqscan = off")
    plan = migrated.execute("""
        EXPLAIN ANALYZE SELECT * FROM adventures
        WHERE category = 'hiking' AND is_active = true ORDER BY rating DESC LIMIT 10
    """)
    assert "idx_adventures_search" in str(plan.fetchall())


# -- What the database does by itself ---------------------------------------------------------------------------------


def test_a_new_account_gets_a_profile_and_settings(migrated: psycopg.Connection) -> None:
    assert value(migrated, "SELECT full_name FROM profiles WHERE id = %s", TRAVELER) == "Ada"
    assert value(migrated, "SELECT count(*) FROM user_preferences") == 4
    assert value(migrated, "SELECT language FROM user_preferences WHERE user_id = %s", OTHER) == "fr"


def test_the_rollback_of_the_functions_restores_the_old_trigger(supabase_url: str) -> None:
    applied(NAME, supabase_url, to="006")
    with connect(Target(supabase_url, "the test")) as connection:
        before = read_catalog(connection)
        surefoot.migrate(load(NAME), connection, to="007")
        surefoot.rollback(load(NAME), connection, consent=lambda _: True)
        assert compare(before, read_catalog(connection)) == ()
        connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [TRAVELER])
        assert value(connection, "SELECT count(*) FROM profiles") == 1
        assert value(connection, "SELECT count(*) FROM user_preferences") == 0


def test_reviews_make_the_rating(migrated: psycopg.Connection) -> None:
    made = book(migrated)
    review = "INSERT INTO reviews (booking_id, user_id, adventure_id, rating) VALUES (%s, %s, %s, %s)"
    migrated.execute(review, [made["booking"], TRAVELER, made["adventure"], 5])
    migrated.execute(review, [made["booking"], OTHER, made["adventure"], 2])
    assert migrated.execute("SELECT rating::float, review_count FROM adventures").fetchone() == (3.5, 2)
    migrated.execute("DELETE FROM reviews")
    assert migrated.execute("SELECT rating::float, review_count FROM adventures").fetchone() == (0, 0)


def test_bookings_take_places_and_give_them_back(migrated: psycopg.Connection) -> None:
    made = book(migrated, "pending")
    assert value(migrated, "SELECT booked FROM adventure_availability") == 2
    with pytest.raises(psycopg.errors.CheckViolation):
        migrated.execute("UPDATE bookings SET participant_count = 4 WHERE id = %s", [made["booking"]])
    migrated.execute("UPDATE bookings SET expires_at = now() - INTERVAL '1 hour'")
    assert value(migrated, "SELECT cleanup_expired_bookings()") == 1
    assert value(migrated, "SELECT booked FROM adventure_availability") == 0


def test_likes_comments_and_members_are_counted(migrated: psycopg.Connection) -> None:
    post = value(migrated, "INSERT INTO posts (author_id, content) VALUES (%s, 'Hello') RETURNING id", TRAVELER)
    migrated.execute("INSERT INTO post_likes (post_id, user_id) VALUES (%s, %s)", [post, OTHER])
    migrated.execute("INSERT INTO comments (post_id, author_id, content) VALUES (%s, %s, 'Hi')", [post, OTHER])
    migrated.execute("INSERT INTO comment_likes (comment_id, user_id) SELECT id, %s FROM comments", [TRAVELER])
    assert migrated.execute("SELECT like_count, comment_count FROM posts").fetchone() == (1, 1)
    assert value(migrated, "SELECT like_count FROM comments") == 1
    migrated.execute("DELETE FROM post_likes")
    assert value(migrated, "SELECT like_count FROM posts") == 0
    group = value(
        migrated, "INSERT INTO groups (owner_id, name, max_members) VALUES (%s, 'Two', 2) RETURNING id", TRAVELER
    )
    join = "INSERT INTO group_members (group_id, user_id) VALUES (%s, %s)"
    migrated.execute(join, [group, TRAVELER])
    migrated.execute(join, [group, OTHER])
    with pytest.raises(psycopg.errors.CheckViolation):
        migrated.execute(join, [group, VENDOR])
    assert value(migrated, "SELECT member_count FROM groups") == 2


def test_a_post_goes_with_all_that_hangs_on_it(migrated: psycopg.Connection) -> None:
    post = value(migrated, "INSERT INTO posts (author_id, content) VALUES (%s, 'Hello') RETURNING id", TRAVELER)
    migrated.execute("INSERT INTO post_likes (post_id, user_id) VALUES (%s, %s)", [post, OTHER])
    migrated.execute("INSERT INTO comments (post_id, author_id, content) VALUES (%s, %s, 'Hi')", [post, OTHER])
    migrated.execute("DELETE FROM auth.users WHERE id = %s", [TRAVELER])
    assert value(migrated, "SELECT count(*) FROM posts, post_likes, comments") == 0


def test_deletions_of_system_modifications_are_refused(migrated: psycopg.Connection) -> None:
    migrated.execute("INSERT INTO system_modifications (area, description, reason) VALUES ('fees', 'x', 'y')")
    with pytest.raises(psycopg.errors.RestrictViolation):
        migrated.execute("DELETE FROM system_modifications")


# -- The Big Five, compatibility, split payments ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "traits"),
    [
        ([5, 1] * 5, [100] * 5),
        ([1, 5] * 5, [0] * 5),
        ([3, 3] * 5, [50] * 5),
        ([5, 1, 1, 5, 3, 3, 4, 2, 2, 4], [100, 0, 50, 75, 25]),
    ],
)
def test_big_five(migrated: psycopg.Connection, answers: list[int], traits: list[float]) -> None:
    found = value(migrated, "SELECT big_five_score(%s::integer[])::float[]", answers)
    assert found == traits


@pytest.mark.parametrize("answers", [[3] * 9, [3] * 11, [0] + [3] * 9, [6] + [3] * 9])
def test_big_five_refuses(migrated: psycopg.Connection, answers: list[int]) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="ten answers from 1 to 5"):
        value(migrated, "SELECT big_five_score(%s::integer[])", answers)


def assess(
    connection: psycopg.Connection, user: UUID, traits: list[int], interests: list[str], pace: str, budget: int
) -> None:
    connection.execute("INSERT INTO personality_assessments VALUES (DEFAULT, %s, %s, %s, %s, %s, %s)", [user, *traits])
    connection.execute(
        "INSERT INTO travel_preferences (user_id, interests, pace, daily_budget_cents) VALUES (%s, %s, %s, %s)",
        [user, interests, pace, budget],
    )


@pytest.mark.parametrize(
    ("traits", "interests", "pace", "budget", "score"),
    [
        ([60, 60, 60, 60, 60], ["sea", "art"], "relaxed", 10000, 100),
        ([40, 80, 60, 60, 60], ["sea"], "relaxed", 5000, 0.6 * 92 + 10 + 10 + 5),
        ([60, 60, 60, 60, 60], [], "packed", 10000, 60 + 10),
    ],
)
def test_compatibility(
    migrated: psycopg.Connection, traits: list[int], interests: list[str], pace: str, budget: int, score: float
) -> None:
    assess(migrated, TRAVELER, [60] * 5, ["sea", "art"], "relaxed", 10000)
    assert value(migrated, "SELECT calculate_compatibility(%s, %s)", TRAVELER, OTHER) is None
    assess(migrated, OTHER, traits, interests, pace, budget)
    for pair in ((TRAVELER, OTHER), (OTHER, TRAVELER)):
        assert float(str(value(migrated, "SELECT refresh_compatibility(%s, %s)", *pair))) == pytest.approx(score)
    assert value(migrated, "SELECT count(*) FROM compatibility_scores") == 1
    migrated.execute("UPDATE travel_preferences SET pace = 'balanced' WHERE user_id = %s", [OTHER])
    assert value(migrated, "SELECT count(*) FROM compatibility_scores") == 0


@pytest.mark.parametrize(
    ("total", "shares", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (1000, [2, 1], [667, 333]),
        (1, [1, 1], [1, 0]),
        (10**15 + 1, [1], [10**15 + 1]),
    ],
)
def test_an_amount_is_split_to_the_cent(
    migrated: psycopg.Connection, total: int, shares: list[int], parts: list[int]
) -> None:
    assert value(migrated, "SELECT split_amount(%s, %s::integer[])", total, shares) == parts


def test_reminders_are_planned_once(migrated: psycopg.Connection) -> None:
    made = book(migrated, "pending")
    for user in (TRAVELER, OTHER):
        migrated.execute(
            "INSERT INTO payment_splits (booking_id, user_id, amount_cents) VALUES (%s, %s, 5000)",
            [made["booking"], user],
        )
    plan = value(
        migrated,
        "INSERT INTO split_payment_plans (booking_id, organizer_id, total_cents, deadline)"
        " VALUES (%s, %s, 10000, now() + INTERVAL '3 days') RETURNING id",
        made["booking"],
        TRAVELER,
    )
    assert value(migrated, "SELECT schedule_split_reminders(%s)", plan) == 4
    assert value(migrated, "SELECT schedule_split_reminders(%s)", plan) == 0


# -- Who may do what --------------------------------------------------------------------------------------------------


def test_profiles_are_public_and_ones_own_to_change(migrated: psycopg.Connection) -> None:
    with acting(migrated, "anon"):
        assert value(migrated, "SELECT count(*) FROM profiles") == 4
    with acting(migrated, "authenticated", TRAVELER):
        assert migrated.execute("UPDATE profiles SET bio = 'I walk'").rowcount == 1
        assert denied(migrated, "UPDATE profiles SET role = 'admin'")
        assert value(migrated, "SELECT count(*) FROM user_preferences") == 1


def test_a_booking_is_seen_by_its_traveler_and_its_vendor(migrated: psycopg.Connection) -> None:
    book(migrated)
    for user, seen in ((TRAVELER, 1), (VENDOR, 1), (OTHER, 0), (None, 0)):
        with acting(migrated, "authenticated", user):
            assert value(migrated, "SELECT count(*) FROM bookings") == seen, user
    with acting(migrated, "anon"):
        assert denied(migrated, "SELECT * FROM booking_payments LIMIT 1")


def test_nobody_sets_the_price_of_their_own_booking(migrated: psycopg.Connection) -> None:
    made = book(migrated)
    insert = (
        "INSERT INTO bookings (user_id, vendor_id, adventure_id, booking_date, participant_count, total_cents)"
        " VALUES (%s, %s, %s, now(), 2, %s)"
    )
    with acting(migrated, "authenticated", OTHER):
        assert denied(migrated, insert, OTHER, made["vendor"], made["adventure"], 1)
        assert not denied(migrated, insert, OTHER, made["vendor"], made["adventure"], 10000)


def test_vendors_manage_their_adventures_and_administrators_see_insurance(migrated: psycopg.Connection) -> None:
    made = book(migrated)
    migrated.execute(
        "INSERT INTO vendor_insurance (vendor_id, provider, policy_number, coverage_cents, valid_from, valid_until)"
        " VALUES (%s, 'Safe', '1', 100, '2025-01-01', '2026-01-01')",
        [made["vendor"]],
    )
    seen = {}
    for user in (VENDOR, OTHER, ADMIN):
        with acting(migrated, "authenticated", user):
            changed = migrated.execute("UPDATE adventures SET title = 'Up and up'").rowcount
            seen[user] = (changed, value(migrated, "SELECT count(*) FROM vendor_insurance"))
    assert seen == {VENDOR: (1, 0), OTHER: (0, 0), ADMIN: (0, 1)}


def test_what_is_not_active_is_not_public(migrated: psycopg.Connection) -> None:
    book(migrated)
    query = "SELECT (SELECT count(*) FROM adventures) + (SELECT count(*) FROM adventure_availability)"
    with acting(migrated, "anon"):
        assert value(migrated, query) == 2
    migrated.execute("UPDATE adventures SET is_active = false")
    with acting(migrated, "anon"):
        assert value(migrated, query) == 0


def test_a_secret_group_is_seen_from_inside(migrated: psycopg.Connection) -> None:
    group = value(
        migrated, "INSERT INTO groups (owner_id, name, privacy) VALUES (%s, 'Ours', 'secret') RETURNING id", TRAVELER
    )
    join = "INSERT INTO group_members (group_id, user_id) VALUES (%s, %s)"
    with acting(migrated, "authenticated", OTHER):
        assert value(migrated, "SELECT count(*) FROM groups") == 0
        assert denied(migrated, join, group, OTHER)
    migrated.execute(join, [group, OTHER])
    with acting(migrated, "authenticated", OTHER):
        assert value(migrated, "SELECT count(*) FROM groups") == 1
        assert value(migrated, "SELECT count(*) FROM group_members") == 1


def test_a_file_is_uploaded_to_ones_own_folder(migrated: psycopg.Connection) -> None:
    upload = "INSERT INTO storage.objects (bucket_id, name) VALUES ('avatars', %s)"
    with acting(migrated, "authenticated", TRAVELER):
        assert not denied(migrated, upload, f"{TRAVELER}/test.jpg")
        assert denied(migrated, upload, f"{OTHER}/test.jpg")
        assert value(migrated, "SELECT count(*) FROM storage.objects") == 1
    with acting(migrated, "anon"):
        assert denied(migrated, upload, "test.jpg")


def test_a_bucket_with_files_stops_the_rollback(migrated: psycopg.Connection) -> None:
    project = load(NAME)
    surefoot.rollback(project, migrated, to="012", consent=lambda _: True)
    migrated.execute("INSERT INTO storage.objects (bucket_id, name) VALUES ('avatars', 'x')")
    with pytest.raises(surefoot.SqlFailed, match="violates foreign key constraint"):
        surefoot.rollback(project, migrated, consent=lambda _: True)
    assert value(migrated, "SELECT count(*) FROM storage.buckets") == 5


def test_the_forum_is_for_vendors(migrated: psycopg.Connection) -> None:
    book(migrated)
    seen = {}
    for user in (VENDOR, TRAVELER):
        with acting(migrated, "authenticated", user):
            seen[user] = value(migrated, "SELECT count(*) FROM forum_categories")
    assert seen == {VENDOR: 4, TRAVELER: 0}


@pytest.mark.parametrize("role", ["anon", "authenticated"])
@pytest.mark.parametrize(
    "call", ["cleanup_expired_bookings()", f"calculate_compatibility('{TRAVELER}', '{OTHER}')"], ids=lambda c: c[:7]
)
def test_nobody_calls_what_is_for_the_back_end(migrated: psycopg.Connection, role: str, call: str) -> None:
    with acting(migrated, role, TRAVELER):
        assert denied(migrated, f"SELECT {call}")
