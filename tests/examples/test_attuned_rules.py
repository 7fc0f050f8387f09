"""Attuned: what its functions promise. Limits, repetition, expiry, remembering, subscriptions, clean-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from fix_identity import acting, key, value
from fix_server import fresh_database
from pytest_postgresql.executors import NoopExecutor

from surefoot.connection import Target, connect
from surefoot.servers import Server

ALICE, BOB, CHARLIE, DIANA, EVE = (key(f"test user {name}") for name in ("alice", "bob", "charlie", "diana", "eve"))
GAME = key("test game 1")


@pytest.fixture
def people(server: Server, ready: Callable[[str], NoopExecutor]) -> Iterator[psycopg.Connection]:
    """The example with its seeds: five accounts, three visitors, two games."""
    with fresh_database(server, ready("attuned")) as url, connect(Target(url, "the test")) as connection:
        yield connection


def test_the_seeds_are_who_they_say(people: psycopg.Connection) -> None:
    rows = people.execute(
        """
        SELECT split_part(email, '@', 1), auth_provider::text, subscription_tier::text, daily_activity_count,
            onboarding_completed, power_orientation
        FROM users AS u LEFT JOIN profiles AS p ON p.user_id = u.id ORDER BY email
        """
    ).fetchall()
    assert rows == [
        ("alice", "email", "premium", 3, True, "top"),
        ("bob", "google", "free", 23, True, "bottom"),
        ("charlie", "apple", "free", 0, True, "switch"),
        ("diana", "facebook", "free", 25, True, "switch"),
        ("eve", "email", "free", 0, False, None),
    ]
    assert value(people, "SELECT count(*) FROM anonymous_sessions WHERE id LIKE 'test-visitor-%%'") == 3


# -- Daily limits -----------------------------------------------------------------------------------------------------


def test_the_daily_limit(people: psycopg.Connection) -> None:
    assert [value(people, "SELECT count_activity(%s)", BOB) for _ in range(4)] == [True, True, False, False]
    assert [value(people, "SELECT remaining_activities(%s)", one) for one in (BOB, DIANA, CHARLIE)] == [0, 0, 25]
    assert value(people, "SELECT count_activity(%s)", DIANA) is False


def test_premium_has_no_limit(people: psycopg.Connection) -> None:
    assert all(value(people, "SELECT count_activity(%s)", ALICE) for _ in range(30))
    assert value(people, "SELECT remaining_activities(%s)", ALICE) is None
    assert value(people, "SELECT daily_activity_count FROM users WHERE id = %s", ALICE) == 33


def test_a_new_day_begins_at_the_users_midnight(people: psycopg.Connection) -> None:
    # Kiritimati and Pago Pago are 25 hours apart: it is never the same day in both.
    day = "UPDATE users SET time_zone = %s, daily_activity_date = local_date('Pacific/Pago_Pago') WHERE id = %s"
    people.execute(day.encode(), ["Pacific/Kiritimati", DIANA])
    people.execute(day.encode(), ["Pacific/Pago_Pago", BOB])
    assert value(people, "SELECT remaining_activities(%s)", DIANA) == 25
    assert value(people, "SELECT remaining_activities(%s)", BOB) == 2
    assert value(people, "SELECT reset_daily_counters() >= 1") is True
    counts = people.execute("SELECT daily_activity_count FROM users WHERE id IN (%s, %s) ORDER BY email", [BOB, DIANA])
    assert counts.fetchall() == [(23,), (0,)]
    people.execute("UPDATE users SET daily_activity_date = daily_activity_date - 1 WHERE id = %s", [BOB])
    assert value(people, "SELECT count_activity(%s)", BOB) is True
    assert value(people, "SELECT daily_activity_count FROM users WHERE id = %s", BOB) == 1


# -- Activities -------------------------------------------------------------------------------------------------------


def note(people: psycopg.Connection, count: int, age: str, offset: int = 0) -> list[int]:
    """Put activities into Alice's history, the first the oldest; give their keys."""
    query = """
        INSERT INTO user_activity_history (user_id, activity_id, theme, presented_at)
        SELECT %s, id, theme, now() - %s::interval + id * interval '1 ms' FROM activities ORDER BY id LIMIT %s OFFSET %s
        RETURNING activity_id
    """
    return [row[0] for row in people.execute(query.encode(), [ALICE, age, count, offset])]


def recent(people: psycopg.Connection) -> set[int]:
    return {row[0] for row in people.execute("SELECT recent_activity_ids(%s, NULL)", [ALICE])}


def test_no_repetition_for_a_year(people: psycopg.Connection) -> None:
    note(people, 5, "1 year 1 day")
    lately = note(people, 5, "364 days", offset=5)
    assert recent(people) == set(lately)


def test_no_repetition_for_a_hundred_activities(people: psycopg.Connection) -> None:
    first = note(people, 7, "3 hours")
    then = note(people, 99, "2 hours", offset=7)
    assert recent(people) == {first[-1], *then}


def test_what_comes_next(people: psycopg.Connection) -> None:
    note(people, 100, "1 day")
    rows = people.execute("SELECT activity_id, theme FROM next_activities(%s, %s, NULL, 'truth', 1000)", [GAME, ALICE])
    found = rows.fetchall()
    ratings = "SELECT string_agg(DISTINCT rating, '' ORDER BY rating), string_agg(DISTINCT kind, '') FROM activities "
    ids = [row[0] for row in found]
    assert people.execute(f"{ratings} WHERE id = ANY (%s)".encode(), [ids]).fetchone() == ("GR", "truth")
    assert recent(people).isdisjoint(ids)
    assert "courage" not in {row[1] for row in found}, "a boundary of Bob"


def test_a_repetition_is_refused_and_not_counted(people: psycopg.Connection) -> None:
    activity = value(people, "SELECT id FROM activities WHERE slug = 'truth-g-trust-first'")
    present = b"SELECT present_activity(%s, %s, NULL, %s)"
    people.execute(present, [GAME, CHARLIE, activity])
    with pytest.raises(psycopg.errors.UniqueViolation):
        people.execute(present, [GAME, CHARLIE, activity])
    assert value(people, "SELECT daily_activity_count FROM users WHERE id = %s", CHARLIE) == 1
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        people.execute(present, [GAME, DIANA, activity])
    assert value(people, "SELECT count(*) FROM user_activity_history WHERE user_id = %s", DIANA) == 0


def test_themes_and_skips(people: psycopg.Connection) -> None:
    add = "INSERT INTO user_activity_history (user_id, session_id, activity_id, theme, was_skipped, presented_at) "
    add += "SELECT %s, %s, id, %s, %s, now() - %s * interval '1 min' FROM activities LIMIT 1"
    played = [("trust", True), ("music", True), ("trust", True), ("trust", False)]
    verdicts = []
    for position, (theme, skipped) in enumerate(played):
        people.execute(add.encode(), [ALICE, GAME, theme, skipped, 10 - position])
        verdicts.append(
            people.execute("SELECT may_play_theme(%s, 'trust'), needs_skip_nudge(%s)", [GAME, GAME]).fetchone()
        )
    assert verdicts == [(True, False), (True, False), (True, True), (False, False)]


# -- Partners ---------------------------------------------------------------------------------------------------------


def test_a_request_is_accepted_and_begins_one_game(people: psycopg.Connection) -> None:
    with people.transaction(force_rollback=True):
        act_as(people, CHARLIE)
        request = value(people, "SELECT request_connection(' Alice@Test.com ')")
        assert value(people, "SELECT request_connection('alice@test.com')") == request
        act_as(people, ALICE)
        assert value(people, "SELECT answer_connection(%s, true)::text", request) == "accepted"
        game = value(people, "SELECT start_session(%s, 'X')", request)
        with pytest.raises(psycopg.errors.NoDataFound), people.transaction():
            people.execute("SELECT start_session(%s, 'G')", [request])
        people.execute("RESET ROLE")
        row = people.execute(
            "SELECT primary_user_id, partner_user_id, owner_id, rating FROM sessions WHERE id = %s", [game]
        )
        assert row.fetchone() == (CHARLIE, ALICE, ALICE, "X")
        known = people.execute(
            "SELECT user_id FROM remembered_partners WHERE %s IN (user_id, partner_user_id)", [CHARLIE]
        )
        assert {one[0] for one in known} == {CHARLIE, ALICE}


def act_as(people: psycopg.Connection, user: object) -> None:
    """Take on an account within the open transaction."""
    people.execute("RESET ROLE")
    people.execute("SELECT set_config('request.jwt.claims', json_build_object('sub', %s::text)::text, true)", [user])
    people.execute("SET LOCAL ROLE authenticated")


def test_a_request_expires_after_five_minutes(people: psycopg.Connection) -> None:
    late = "INSERT INTO partner_connections (requester_user_id, recipient_email, created_at, expires_at) "
    late += "VALUES (%s, 'alice@test.com', now() - interval '6 min', now() - interval '1 min') RETURNING id"
    request = value(people, late, BOB)
    with acting(people, "authenticated", ALICE):
        assert value(people, "SELECT answer_connection(%s, true)::text", request) == "expired"
    assert value(people, "SELECT expire_connections()") == 1
    assert value(people, "SELECT status::text FROM partner_connections WHERE id = %s", request) == "expired"
    with acting(people, "authenticated", BOB):
        fresh = value(people, "SELECT request_connection('alice@test.com')")
        assert fresh != request
        left = "SELECT expires_at = now() + interval '5 minutes' FROM partner_connections WHERE id = %s"
        assert value(people, left, fresh) is True


def test_nobody_answers_for_others(people: psycopg.Connection) -> None:
    with people.transaction(force_rollback=True):
        act_as(people, CHARLIE)
        request = value(people, "SELECT request_connection('alice@test.com')")
        for other in (CHARLIE, DIANA):
            act_as(people, other)
            with pytest.raises(psycopg.errors.NoDataFound), people.transaction():
                people.execute("SELECT answer_connection(%s, true)", [request])


def test_ten_partners(people: psycopg.Connection) -> None:
    accounts = "INSERT INTO auth.users (id, email) SELECT md5('extra ' || n)::uuid, 'extra' || n || '@test.com' "
    people.execute(f"{accounts} FROM generate_series(1, 10) AS n".encode())
    add = "INSERT INTO remembered_partners (user_id, partner_user_id) VALUES (%s, %s)"
    for n in range(1, 10):
        people.execute(add.encode(), [ALICE, key(f"extra {n}")])
    with pytest.raises(psycopg.errors.CheckViolation, match="at most ten"):
        people.execute(add.encode(), [ALICE, key("extra 10")])
    people.execute(f"{add} ON CONFLICT DO NOTHING".encode(), [ALICE, BOB])
    assert value(people, "SELECT count(*) FROM remembered_partners WHERE user_id = %s", ALICE) == 10


def test_requests_are_live(people: psycopg.Connection) -> None:
    live = "SELECT count(*) FROM pg_publication_tables WHERE pubname = 'supabase_realtime' AND tablename = %s"
    assert value(people, live, "partner_connections") == 1


PLAYERS = {"an account": "user_id = %s", "a visitor": "anonymous_session_id = %s"}


@pytest.mark.parametrize("first", PLAYERS)
@pytest.mark.parametrize("second", PLAYERS)
def test_games_of_all_four_combinations(people: psycopg.Connection, first: str, second: str) -> None:
    who = {"an account": (CHARLIE, DIANA), "a visitor": ("test-visitor-quinn", "test-visitor-river")}
    query = f"""
        INSERT INTO sessions (primary_user_id, partner_user_id, primary_profile_id, partner_profile_id, intimacy_level,
            partner_anonymous_name)
        SELECT one.user_id, other.user_id, one.id, other.id, 'R', CASE WHEN other.is_anonymous THEN 'Robin' END
        FROM profiles AS one, profiles AS other WHERE one.{PLAYERS[first]} AND other.{PLAYERS[second]} RETURNING id
    """
    game = value(people, query, who[first][0], who[second][1])
    for kind, player in ((first, who[first][0]), (second, who[second][1])):
        identity = {"user": player} if kind == "an account" else {"visitor": player}
        with acting(people, "authenticated" if kind == "an account" else "anon", **identity):  # type: ignore[arg-type]
            assert value(people, "SELECT count(*) FROM sessions WHERE id = %s", game) == 1


# -- Subscriptions and identities -------------------------------------------------------------------------------------


def test_a_subscription(people: psycopg.Connection) -> None:
    add = (
        "INSERT INTO subscription_transactions (user_id, store, store_transaction_id, kind, product_id, amount_cents, "
    )
    add += (
        "currency, expires_at) VALUES (%s, 'play_store', %s, %s, 'premium_monthly', 999, 'EUR', now() + %s::interval)"
    )
    people.execute(add.encode(), [DIANA, "d-1", "purchase", "1 month"])
    assert value(people, "SELECT count_activity(%s)", DIANA) is True
    with pytest.raises(psycopg.errors.UniqueViolation):
        people.execute(add.encode(), [DIANA, "d-1", "purchase", "1 month"])
    people.execute(add.encode(), [DIANA, "d-2", "refund", "1 month"])
    assert value(people, "SELECT has_premium(%s)", DIANA) is False
    people.execute(add.encode(), [BOB, "b-1", "purchase", "-1 day"])
    assert value(people, "SELECT has_premium(%s)", BOB) is False
    assert value(people, "SELECT end_expired_subscriptions()") == 1


def test_an_anonymous_profile_stays_anonymous(people: psycopg.Connection) -> None:
    steal = "UPDATE profiles SET user_id = %s, anonymous_session_id = NULL WHERE anonymous_session_id = %s"
    with pytest.raises(psycopg.errors.CheckViolation, match="cannot become"):
        people.execute(steal.encode(), [EVE, "test-visitor-quinn"])
    with pytest.raises(psycopg.errors.CheckViolation):
        people.execute("UPDATE profiles SET anonymous_session_id = 'x' WHERE user_id = %s", [ALICE])


def test_a_profile_counts_its_versions(people: psycopg.Connection) -> None:
    people.execute("UPDATE profiles SET anatomy = '{\"self\": 1}' WHERE user_id = %s", [ALICE])
    people.execute("UPDATE profiles SET boundaries = '[\"music\"]' WHERE user_id = %s", [ALICE])
    assert value(people, "SELECT version FROM profiles WHERE user_id = %s", ALICE) == 2


def test_ninety_days(people: psycopg.Connection) -> None:
    away = "UPDATE anonymous_sessions SET last_active_at = now() - %s::interval WHERE id = %s"
    people.execute(away.encode(), ["91 days", "test-visitor-quinn"])
    people.execute(away.encode(), ["89 days", "test-visitor-river"])
    people.execute(away.encode(), ["91 days", "test-visitor-sasha"])
    with people.transaction():
        people.execute("SELECT set_config('app.anonymous_session_id', 'test-visitor-sasha', true)")
        people.execute("SET LOCAL ROLE anon")
        assert value(people, "SELECT touch_anonymous_session()") is True
    before = value(people, "SELECT count(*) FROM profiles")
    assert value(people, "SELECT delete_old_anonymous_sessions()") == 1
    left = people.execute(
        "SELECT anonymous_session_id FROM profiles WHERE anonymous_session_id LIKE 'test-%' ORDER BY 1"
    )
    assert left.fetchall() == [("test-visitor-river",), ("test-visitor-sasha",)]
    assert value(people, "SELECT count(*) FROM profiles") == int(str(before)) - 1
    assert value(people, "SELECT count(*) FROM sessions WHERE id = %s", key("test game 2")) == 1, "Charlie keeps it"


def test_a_deleted_account_takes_all_with_it(people: psycopg.Connection) -> None:
    people.execute("DELETE FROM auth.users WHERE id = %s", [ALICE])
    columns = people.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name LIKE '%user_id'"
    ).fetchall()
    assert len(columns) > 8
    for table, column in columns:
        assert value(people, f"SELECT count(*) FROM public.{table} WHERE {column} = %s", ALICE) == 0
