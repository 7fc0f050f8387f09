"""Attuned: who sees and changes what, through the hosting's API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
import pytest
from fix_identity import acting, key, value
from fix_server import fresh_database
from pytest_postgresql.executors import NoopExecutor

from surefoot.connection import Target, connect
from surefoot.servers import Server

ALICE, BOB, CHARLIE, EVE = (key(f"test user {name}") for name in ("alice", "bob", "charlie", "eve"))
QUINN = "test-visitor-quinn"


@pytest.fixture
def people(server: Server, ready: Callable[[str], NoopExecutor]) -> Iterator[psycopg.Connection]:
    """The example with its seeds, and some more rows of Alice's and of Quinn's."""
    with fresh_database(server, ready("attuned")) as url, connect(Target(url, "the test")) as connection:
        with connection.transaction():
            first = "FROM public.activities ORDER BY id LIMIT 1"
            for user, visitor in ((ALICE, None), (None, QUINN)):
                history = (
                    "INSERT INTO public.user_activity_history (user_id, anonymous_session_id, activity_id, theme) "
                )
                connection.execute(f"{history} SELECT %s, %s, id, theme {first}".encode(), [user, visitor])
            turn = "INSERT INTO public.session_activities (session_id, activity_id, position) "
            for game in ("test game 1", "test game 2"):
                connection.execute(f"{turn} SELECT %s, id, 1 {first}".encode(), [key(game)])
            connection.execute(
                "INSERT INTO public.ai_generation_logs (session_id, user_id, model, prompt_version, prompt_tokens, "
                "completion_tokens, duration_ms, was_valid) VALUES (%s, %s, 'm', '1', 1, 1, 1, true)",
                [key("test game 1"), ALICE],
            )
            connection.execute(
                "INSERT INTO public.push_notification_tokens (user_id, platform, token) VALUES (%s, 'ios', 't')",
                [ALICE],
            )
            connection.execute(
                "INSERT INTO public.compatibility_results (profile_a_id, profile_b_id, score) "
                "SELECT min(id), max(id), 80 FROM public.profiles WHERE user_id = %s OR anonymous_session_id = %s",
                [ALICE, QUINN],
            )
        yield connection


SEEN = {  # table: rows that Alice, Eve and Quinn see, of which there are more, or nothing where it is refused
    "users": (1, 1, None),
    "profiles": (1, 0, 1),
    "survey_submissions": (1, 0, 1),
    "survey_progress": (0, 1, 0),
    "partner_connections": (1, 0, None),
    "remembered_partners": (1, 0, None),
    "push_notification_tokens": (1, 0, None),
    "sessions": (1, 0, 1),
    "session_activities": (1, 0, 1),
    "compatibility_results": (1, 0, 1),
    "user_activity_history": (1, 0, 1),
    "ai_generation_logs": (1, 0, None),
    "subscription_transactions": (1, 0, None),
    "anonymous_sessions": (None, None, 1),
    "activities": (864, 864, 864),
}


def seen(people: psycopg.Connection, table: str, user: UUID | None, visitor: str | None) -> object:
    """Count the rows that somebody sees, or give nothing where the table is closed to them."""
    try:
        with acting(people, "authenticated" if user else "anon", user, visitor):
            return value(people, f"SELECT count(*) FROM public.{table}")
    except psycopg.errors.InsufficientPrivilege:
        return None


def test_everybody_sees_their_own(people: psycopg.Connection) -> None:
    tables = {row[0] for row in people.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert set(SEEN) == tables
    found = {
        table: tuple(seen(people, table, *who) for who in ((ALICE, None), (EVE, None), (None, QUINN))) for table in SEEN
    }
    assert found == SEEN


def test_without_an_identity_nothing_is_seen(people: psycopg.Connection) -> None:
    for table in SEEN.keys() - {"activities"}:
        assert seen(people, table, None, None) in (0, None), table
        assert seen(people, table, None, "guessed-guessed-guessed") in (0, None), table


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE public.users SET subscription_tier = 'premium'",
        "UPDATE public.users SET daily_activity_count = 0",
        "INSERT INTO public.partner_connections (requester_user_id, recipient_email) VALUES (auth.uid(), 'x@y.z')",
        "UPDATE public.profiles SET user_id = gen_random_uuid()",
        "DELETE FROM public.profiles",
        "INSERT INTO public.user_activity_history (user_id, activity_id, theme) VALUES (auth.uid(), 1, 'x')",
        "SELECT public.count_activity(auth.uid())",
        "SELECT public.delete_old_anonymous_sessions()",
        "UPDATE public.activities SET is_active = false",
        "TRUNCATE public.survey_progress",
        "INSERT INTO public.profiles (user_id, power_orientation, domain_scores) VALUES (NULL, 'top', '{}')",
    ],
)
def test_what_clients_may_not_do(people: psycopg.Connection, change: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(people, "authenticated", ALICE):
        people.execute(change.encode())


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ("UPDATE public.users SET profile_sharing = 'demographics_only'", 1),
        ("UPDATE public.profiles SET boundaries = '[]'", 1),
        ("UPDATE public.sessions SET ended_at = now()", 1),
        ("UPDATE public.session_activities SET was_skipped = true", 1),
        ("UPDATE public.user_activity_history SET feedback = 'liked'", 1),
        ("DELETE FROM public.remembered_partners", 1),
        ("SELECT public.save_survey_progress('0.5', '{\"A1\": 2}', 'A2')", 1),
    ],
)
def test_what_an_account_may_do_to_its_own(people: psycopg.Connection, change: str, rows: int) -> None:
    with acting(people, "authenticated", ALICE):
        assert people.execute(change.encode()).rowcount == rows


def test_a_visitor_plays(people: psycopg.Connection) -> None:
    with acting(people, "anon", visitor="a-new-visitor-of-today"):
        survey = value(
            people,
            "INSERT INTO public.survey_submissions (answers, anonymous_session_id) VALUES ('{}', %s) RETURNING id",
            "a-new-visitor-of-today",
        )
        profile = value(
            people,
            "INSERT INTO public.profiles (submission_id, anonymous_session_id, power_orientation, domain_scores) "
            "VALUES (%s, 'a-new-visitor-of-today', 'top', '{}') RETURNING id",
            survey,
        )
        game = "INSERT INTO public.sessions (primary_profile_id, owner_anonymous_session_id, intimacy_level, "
        game += "partner_anonymous_name) VALUES (%s, 'a-new-visitor-of-today', 'G', 'Robin')"
        assert people.execute(game.encode(), [profile]).rowcount == 1
        assert value(people, "SELECT count(*) FROM public.sessions") == 1
        assert value(people, "SELECT count(*) FROM public.anonymous_sessions") == 1


def test_a_survey_is_saved_as_it_goes(people: psycopg.Connection) -> None:
    save = "SELECT public.save_survey_progress('0.4', %s, %s)"
    with acting(people, "authenticated", EVE):
        one = value(people, save, '{"A2": 5}', "A3")
        assert value(people, save, '{"A3": 1}', "B1") == one == key("test progress eve")
        row = people.execute("SELECT answers, current_question FROM public.survey_progress").fetchone()
        assert row == ({"A1": 3, "A2": 5, "A3": 1}, "B1")


# -- What partners see of each other ----------------------------------------------------------------------------------

SHARED: dict[
    str, tuple[object, ...]
] = {  # level: the whole row, demographics, domains, boundaries; Alice has 80 and 90, Bob 70 and 20
    "demographics_only": (0, {"age": 31}, None, None),
    "overlapping_only": (0, {"age": 31}, {"sensation": 80}, None),
    "all_responses": (1, {"age": 31}, {"sensation": 80, "connection": 90}, []),
}


@pytest.mark.parametrize("level", SHARED)
def test_sharing(people: psycopg.Connection, level: str) -> None:
    people.execute("UPDATE public.users SET profile_sharing = %s WHERE id = %s", [level, ALICE])
    with acting(people, "authenticated", BOB):
        rows = value(people, "SELECT count(*) FROM public.profiles WHERE user_id = %s", ALICE)
        row = people.execute(
            "SELECT demographics, domain_scores, boundaries FROM public.partner_profile(%s)", [ALICE]
        ).fetchone()
    assert row is not None
    assert (rows, *row) == SHARED[level]


def test_nothing_is_shared_with_whom_nobody_remembers(people: psycopg.Connection) -> None:
    with acting(people, "authenticated", CHARLIE):
        assert value(people, "SELECT count(*) FROM public.partner_profile(%s)", ALICE) == 0
        assert value(people, "SELECT count(*) FROM public.profiles") == 1
    people.execute("DELETE FROM public.remembered_partners WHERE user_id = %s", [ALICE])
    with acting(people, "authenticated", BOB):
        assert value(people, "SELECT count(*) FROM public.partner_profile(%s)", ALICE) == 0
        assert value(people, "SELECT count(*) FROM public.profiles") == 1
