"""The trvl-social example: what its guide promises, asked of a real server."""

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
from psycopg.sql import SQL, Identifier

from surefoot.connection import Target, connect
from surefoot.operations import migrate
from surefoot.servers import Server, ensure_database
from surefoot_lint.project import Project

EXAMPLE = EXAMPLES / "trvl-social"
TRAVELER, OTHER, VENDOR, ADMIN = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 5))
Connection = psycopg.Connection[tuple[object, ...]]
PHASES = {"core": 4, "social": 4, "payments": 1, "communication": 2, "advanced": 4, "operations": 8, "analytics": 2}


@pytest.fixture
def command(supabase_url: str, tmp_path: Path) -> Command:
    return surefoot("trvl-social", supabase_url, tmp_path)


@pytest.fixture(scope="module")
def template(server: Server) -> Iterator[str]:
    """A database in which everything is applied already, to be copied."""
    name = "trvl_social_template"
    url = ensure_database(server, name, "supabase")
    with connect(Target(url, "the test")) as connection:
        migrate(Project.load(EXAMPLE), connection)
        for user, person in ((TRAVELER, "Ada"), (OTHER, "Grace"), (VENDOR, "Edmund"), (ADMIN, "Root")):
            connection.execute(
                "INSERT INTO auth.users (id, raw_user_meta_data) VALUES (%s, %s)",
                [user, json.dumps({"full_name": person})],
            )
        connection.execute("UPDATE profiles SET role = 'admin' WHERE id = %s", [ADMIN])
    yield name
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def migrated(server: Server, template: str) -> Iterator[Connection]:
    """A connection to a copy of the template, with three people and an administrator."""
    name = "trvl_social"
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
        try:
            with psycopg.connect(server.database_url(name), autocommit=True) as connection:
                yield connection
        finally:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def copied(server: Server, migrated: Connection, tmp_path: Path) -> Command:
    """The command line on the database of `migrated`."""
    return surefoot("trvl-social", server.database_url(migrated.info.dbname), tmp_path)


def value(connection: Connection, query: str, *parameters: object) -> object:
    row = connection.execute(query.encode(), parameters).fetchone()
    return row[0] if row else None


def become(connection: Connection, role: str, user: str | None = None) -> None:
    """Ask as a client does, through the API."""
    connection.execute(f"SET ROLE {role}".encode())
    connection.execute(
        "SELECT set_config('request.jwt.claims', %s, false)", [json.dumps({"sub": user} if user else {})]
    )


def book(connection: Connection, status: str = "completed") -> dict[str, object]:
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


def test_the_linter_finds_no_error() -> None:
    assert_no_errors("trvl-social")


def test_forward_and_back_and_forward(command: Command, supabase_url: str) -> None:
    travel(command, supabase_url, 25)


def test_every_round_trip_is_exact(supabase_url: str) -> None:
    project = Project.load(EXAMPLE)
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        for migration in project.migrations:
            prove(connection, project, migration)


def test_the_phases_follow_each_other_and_go_back_one_by_one(command: Command) -> None:
    phases = [migration.entry.phase for migration in Project.load(EXAMPLE).migrations]
    assert phases == [phase for phase, count in PHASES.items() for _ in range(count)]
    assert command("migrate").status == 0
    left = 25
    for phase in reversed(PHASES):
        left -= PHASES[phase]
        back = command("rollback", "--phase", phase, "--yes")
        assert (back.status, back.out.splitlines()[-1]) == (0, f"{PHASES[phase]} rolled back; {left} stay applied")


def test_the_verification_says_four_lines_and_more(command: Command) -> None:
    assert command("migrate").status == 0
    verified = command("verify")
    assert verified.status == 0
    assert [line.split("   ", 1)[1] for line in verified.out.splitlines()[:4]] == [
        "database connection",
        "all critical tables present",
        "row-level security configured",
        "storage buckets configured",
    ]


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("DROP TABLE public.dispute_cases", "expected none missing, got dispute_cases"),
        ("ALTER TABLE public.posts DISABLE ROW LEVEL SECURITY", "expected none missing, got posts"),
        ("DELETE FROM storage.buckets WHERE id = 'avatars'", "expected none missing, got avatars"),
        ("UPDATE storage.buckets SET public = true WHERE id = 'vendor-documents'", "got vendor-documents"),
        ("DROP INDEX public.idx_profiles_role", "expected none missing, got idx_profiles_role"),
        ("GRANT SELECT ON public.booking_payments TO anon", "expected the error insufficient_privilege, got no row"),
        ("ALTER TYPE public.user_role ADD VALUE 'guest'", "enum types, with their labels"),
    ],
)
def test_the_verification_finds_what_is_wrong(copied: Command, migrated: Connection, damage: str, found: str) -> None:
    migrated.execute(damage.encode())
    verified = copied("verify")
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
def test_foreign_key(migrated: Connection, table: str, column: str, target: str) -> None:
    found = value(
        migrated, "SELECT confrelid::regclass::text FROM pg_constraint WHERE conname = %s", f"{table}_{column}_fkey"
    )
    assert found == target


def test_every_foreign_key_has_an_index(migrated: Connection) -> None:
    rows = migrated.execute("""
        SELECT conname FROM pg_constraint
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = conrelid AND indpred IS NULL AND indisvalid
                AND indkey[0] = conkey[1])
    """)
    assert rows.fetchall() == []


def test_every_table_and_function_says_what_it_is_for(migrated: Connection) -> None:
    rows = migrated.execute("""
        SELECT oid::regclass::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND obj_description(oid, 'pg_class') IS NULL
        UNION ALL SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
    """)
    assert rows.fetchall() == []


def test_the_performance_baseline(migrated: Connection) -> None:
    migrated.execute("SET enable_seqscan = off")
    plan = migrated.execute("""
        EXPLAIN ANALYZE SELECT * FROM adventures
        WHERE category = 'hiking' AND is_active = true ORDER BY rating DESC LIMIT 10
    """)
    assert "idx_adventures_search" in str(plan.fetchall())


# -- What the database does by itself ---------------------------------------------------------------------------------


def test_a_new_account_gets_a_profile_and_settings(migrated: Connection) -> None:
    assert value(migrated, "SELECT full_name FROM profiles WHERE id = %s", TRAVELER) == "Ada"
    assert value(migrated, "SELECT count(*) FROM user_preferences") == 4


def test_the_rollback_of_the_functions_restores_the_old_trigger(command: Command, supabase_url: str) -> None:
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        assert command("migrate", "--to", "006").status == 0
        before = schema_of(connection)
        assert command("migrate", "--to", "007").status == 0
        assert command("rollback", "--yes").status == 0
        assert schema_of(connection) == before
        connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [TRAVELER])
        assert connection.execute("SELECT count(*) FROM profiles").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM user_preferences").fetchone() == (0,)


def test_reviews_make_the_rating(migrated: Connection) -> None:
    made = book(migrated)
    review = "INSERT INTO reviews (booking_id, user_id, adventure_id, rating) VALUES (%s, %s, %s, %s)"
    migrated.execute(review, [made["booking"], TRAVELER, made["adventure"], 5])
    migrated.execute(review, [made["booking"], OTHER, made["adventure"], 2])
    assert migrated.execute("SELECT rating::float, review_count FROM adventures").fetchone() == (3.5, 2)
    migrated.execute("DELETE FROM reviews")
    assert migrated.execute("SELECT rating::float, review_count FROM adventures").fetchone() == (0, 0)


def test_bookings_take_places_and_give_them_back(migrated: Connection) -> None:
    made = book(migrated, "pending")
    assert value(migrated, "SELECT booked FROM adventure_availability") == 2
    with pytest.raises(psycopg.errors.CheckViolation):
        migrated.execute("UPDATE bookings SET participant_count = 4 WHERE id = %s", [made["booking"]])
    migrated.execute("UPDATE bookings SET expires_at = now() - INTERVAL '1 hour'")
    assert value(migrated, "SELECT cleanup_expired_bookings()") == 1
    assert value(migrated, "SELECT booked FROM adventure_availability") == 0


def test_likes_comments_and_members_are_counted(migrated: Connection) -> None:
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


def test_a_post_goes_with_all_that_hangs_on_it(migrated: Connection) -> None:
    post = value(migrated, "INSERT INTO posts (author_id, content) VALUES (%s, 'Hello') RETURNING id", TRAVELER)
    migrated.execute("INSERT INTO post_likes (post_id, user_id) VALUES (%s, %s)", [post, OTHER])
    migrated.execute("INSERT INTO comments (post_id, author_id, content) VALUES (%s, %s, 'Hi')", [post, OTHER])
    migrated.execute("DELETE FROM auth.users WHERE id = %s", [TRAVELER])
    assert value(migrated, "SELECT count(*) FROM posts, post_likes, comments") == 0


def test_deletions_of_system_modifications_are_refused(migrated: Connection) -> None:
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
def test_big_five(migrated: Connection, answers: list[int], traits: list[float]) -> None:
    found = value(migrated, "SELECT big_five_score(%s::integer[])::float[]", answers)
    assert found == traits


@pytest.mark.parametrize("answers", [[3] * 9, [3] * 11, [0] + [3] * 9, [6] + [3] * 9])
def test_big_five_refuses(migrated: Connection, answers: list[int]) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="ten answers from 1 to 5"):
        value(migrated, "SELECT big_five_score(%s::integer[])", answers)


def assess(connection: Connection, user: str, traits: list[int], interests: list[str], pace: str, budget: int) -> None:
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
    migrated: Connection, traits: list[int], interests: list[str], pace: str, budget: int, score: float
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
def test_an_amount_is_split_to_the_cent(migrated: Connection, total: int, shares: list[int], parts: list[int]) -> None:
    assert value(migrated, "SELECT split_amount(%s, %s::integer[])", total, shares) == parts


def test_reminders_are_planned_once(migrated: Connection) -> None:
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


def test_profiles_are_public_and_ones_own_to_change(migrated: Connection) -> None:
    become(migrated, "anon")
    assert value(migrated, "SELECT count(*) FROM profiles") == 4
    become(migrated, "authenticated", TRAVELER)
    assert migrated.execute("UPDATE profiles SET bio = 'I walk'").rowcount == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrated.execute("UPDATE profiles SET role = 'admin'")
    assert value(migrated, "SELECT count(*) FROM user_preferences") == 1


def test_a_booking_is_seen_by_its_traveler_and_its_vendor(migrated: Connection) -> None:
    book(migrated)
    for user, seen in ((TRAVELER, 1), (VENDOR, 1), (OTHER, 0), (None, 0)):
        become(migrated, "authenticated", user)
        assert value(migrated, "SELECT count(*) FROM bookings") == seen, user
    become(migrated, "anon")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        value(migrated, "SELECT * FROM booking_payments LIMIT 1")


def test_nobody_sets_the_price_of_their_own_booking(migrated: Connection) -> None:
    made = book(migrated)
    become(migrated, "authenticated", OTHER)
    insert = (
        "INSERT INTO bookings (user_id, vendor_id, adventure_id, booking_date, participant_count, total_cents)"
        " VALUES (%s, %s, %s, now(), 2, %s)"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrated.execute(insert, [OTHER, made["vendor"], made["adventure"], 1])
    assert migrated.execute(insert, [OTHER, made["vendor"], made["adventure"], 10000]).rowcount == 1


def test_vendors_manage_their_adventures_and_administrators_see_insurance(migrated: Connection) -> None:
    made = book(migrated)
    migrated.execute(
        "INSERT INTO vendor_insurance (vendor_id, provider, policy_number, coverage_cents, valid_from, valid_until)"
        " VALUES (%s, 'Safe', '1', 100, '2025-01-01', '2026-01-01')",
        [made["vendor"]],
    )
    seen = {}
    for user in (VENDOR, OTHER, ADMIN):
        become(migrated, "authenticated", user)
        changed = migrated.execute("UPDATE adventures SET title = 'Up and up'").rowcount
        seen[user] = (changed, value(migrated, "SELECT count(*) FROM vendor_insurance"))
    assert seen == {VENDOR: (1, 0), OTHER: (0, 0), ADMIN: (0, 1)}


def test_what_is_not_active_is_not_public(migrated: Connection) -> None:
    book(migrated)
    become(migrated, "anon")
    assert value(migrated, "SELECT count(*) FROM adventures") == 1
    migrated.execute("RESET ROLE")
    migrated.execute("UPDATE adventures SET is_active = false")
    become(migrated, "anon")
    assert value(migrated, "SELECT count(*) FROM adventures") == 0
    assert value(migrated, "SELECT count(*) FROM adventure_availability") == 0


def test_a_secret_group_is_seen_from_inside(migrated: Connection) -> None:
    group = value(
        migrated, "INSERT INTO groups (owner_id, name, privacy) VALUES (%s, 'Ours', 'secret') RETURNING id", TRAVELER
    )
    become(migrated, "authenticated", OTHER)
    assert value(migrated, "SELECT count(*) FROM groups") == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrated.execute("INSERT INTO group_members (group_id, user_id) VALUES (%s, %s)", [group, OTHER])
    migrated.execute("RESET ROLE")
    migrated.execute("INSERT INTO group_members (group_id, user_id) VALUES (%s, %s)", [group, OTHER])
    become(migrated, "authenticated", OTHER)
    assert value(migrated, "SELECT count(*) FROM groups") == 1
    assert value(migrated, "SELECT count(*) FROM group_members") == 1


def test_a_file_is_uploaded_to_ones_own_folder(migrated: Connection) -> None:
    upload = "INSERT INTO storage.objects (bucket_id, name) VALUES ('avatars', %s)"
    become(migrated, "authenticated", TRAVELER)
    assert migrated.execute(upload, [f"{TRAVELER}/test.jpg"]).rowcount == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrated.execute(upload, [f"{OTHER}/test.jpg"])
    become(migrated, "anon")
    assert value(migrated, "SELECT count(*) FROM storage.objects") == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrated.execute(upload, ["test.jpg"])


def test_a_bucket_with_files_stops_the_rollback(migrated: Connection, copied: Command) -> None:
    assert copied("rollback", "--to", "012", "--yes").status == 0
    migrated.execute("INSERT INTO storage.objects (bucket_id, name) VALUES ('avatars', 'x')")
    back = copied("rollback", "--yes")
    assert back.status == 4
    assert "violates foreign key constraint" in back.err
    assert value(migrated, "SELECT count(*) FROM storage.buckets") == 5


def test_the_forum_is_for_vendors(migrated: Connection) -> None:
    book(migrated)
    seen = {}
    for user in (VENDOR, TRAVELER):
        become(migrated, "authenticated", user)
        seen[user] = value(migrated, "SELECT count(*) FROM forum_categories")
    assert seen == {VENDOR: 4, TRAVELER: 0}


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_nobody_calls_what_is_for_the_back_end(migrated: Connection, role: str) -> None:
    become(migrated, role, TRAVELER)
    for call in ("cleanup_expired_bookings()", f"calculate_compatibility('{TRAVELER}', '{OTHER}')"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            value(migrated, f"SELECT {call}")
