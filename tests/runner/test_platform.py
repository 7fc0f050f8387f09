from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import scalar_row

from surefoot.servers import PLATFORMS, Server, ensure_database

PRELUDE = (PLATFORMS / "supabase.sql").read_bytes()
USER = "6f0e9f7e-6f0b-4d6c-9a50-0d2a6f6d3c11"


def value(connection: psycopg.Connection, statement: str, *parameters: object) -> object:
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(statement.encode(), parameters).fetchone()


# -- Roles and rights -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may_log_in", "inherits", "bypasses_rls"),
    [
        ("anon", False, False, False),
        ("authenticated", False, False, False),
        ("service_role", False, False, True),
        ("authenticator", True, False, False),
        ("supabase_admin", False, True, True),
        ("supabase_auth_admin", False, False, False),
        ("supabase_storage_admin", False, False, False),
    ],
)
def test_role(supabase_url: str, role: str, may_log_in: bool, inherits: bool, bypasses_rls: bool) -> None:
    with psycopg.connect(supabase_url) as connection:
        found = connection.execute(
            "SELECT rolcanlogin, rolinherit, rolbypassrls, rolpassword IS NULL FROM pg_authid WHERE rolname = %s",
            [role],
        ).fetchone()
    assert found == (may_log_in, inherits, bypasses_rls, True)


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_authenticator_becomes(supabase_url: str, role: str) -> None:
    with psycopg.connect(supabase_url, user="authenticator") as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        assert value(connection, "SELECT current_user") == role


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_what_is_made_in_public_is_granted_to(supabase_url: str, role: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        connection.execute("CREATE TABLE posts (id serial PRIMARY KEY)")
        connection.execute("CREATE FUNCTION answer() RETURNS integer LANGUAGE sql RETURN 42")
        connection.execute("REVOKE EXECUTE ON FUNCTION answer() FROM PUBLIC")
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        connection.execute("INSERT INTO posts DEFAULT VALUES")
        assert value(connection, "SELECT answer() + count(*) FROM posts") == 43


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_nobody_but_postgres_reads_the_users(supabase_url: str, role: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT FROM auth.users")


# -- Auth -------------------------------------------------------------------------------------------------------------


def test_nobody_asks(supabase_url: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        for function in ("uid", "role", "email", "jwt"):
            assert value(connection, f"SELECT auth.{function}()") is None


def test_who_asks_is_in_the_claims(supabase_url: str) -> None:
    claims = {"sub": USER, "role": "authenticated", "email": "ada@example.org", "app_metadata": {"plan": "pro"}}
    with psycopg.connect(supabase_url) as connection:
        value(connection, "SELECT set_config('request.jwt.claims', %s, true)", json.dumps(claims))
        connection.execute("SET ROLE authenticated")
        assert str(value(connection, "SELECT auth.uid()")) == USER
        assert value(connection, "SELECT auth.role()") == "authenticated"
        assert value(connection, "SELECT auth.email()") == "ada@example.org"
        assert value(connection, "SELECT auth.jwt() -> 'app_metadata' ->> 'plan'") == "pro"


def test_a_claim_of_its_own_comes_first(supabase_url: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        connection.execute('SET request.jwt.claims = \'{"sub": "00000000-0000-0000-0000-000000000000"}\'')
        value(connection, "SELECT set_config('request.jwt.claim.sub', %s, true)", USER)
        assert str(value(connection, "SELECT auth.uid()")) == USER


def test_settings_that_were_reset_to_nothing_are_no_claims(supabase_url: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        connection.execute("SET request.jwt.claims = ''")
        connection.execute("SET request.jwt.claim.sub = ''")
        assert value(connection, "SELECT auth.uid()") is None
        assert value(connection, "SELECT auth.jwt()") is None


def test_a_policy_by_user(supabase_url: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        connection.execute("INSERT INTO auth.users (id, email) VALUES (%s, 'ada@example.org')", [USER])
        connection.execute("CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE)")
        connection.execute("ALTER TABLE profiles ENABLE ROW LEVEL SECURITY")
        connection.execute("CREATE POLICY own ON profiles TO authenticated USING (auth.uid() = id)")
        connection.execute("INSERT INTO profiles SELECT id FROM auth.users")
        counts = {}
        for role in ("anon", "authenticated", "service_role"):
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            counts[role] = [value(connection, "SELECT count(*) FROM profiles")]
            value(connection, "SELECT set_config('request.jwt.claims', %s, true)", json.dumps({"sub": USER}))
            counts[role] += [value(connection, "SELECT count(*) FROM profiles")]
            connection.execute("RESET request.jwt.claims")
        assert counts == {"anon": [0, 0], "authenticated": [0, 1], "service_role": [1, 1]}


def test_a_user_goes_with_all_that_is_theirs(supabase_url: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [USER])
        connection.execute("INSERT INTO auth.sessions (id, user_id) VALUES (gen_random_uuid(), %s)", [USER])
        connection.execute(
            "INSERT INTO auth.identities (provider_id, user_id, identity_data, provider)"
            " VALUES (%s, %s, '{\"email\": \"Ada@Example.org\"}', 'email')",
            [USER, USER],
        )
        assert value(connection, "SELECT email FROM auth.identities") == "ada@example.org"
        connection.execute("DELETE FROM auth.users")
        assert value(connection, "SELECT count(*) FROM auth.identities, auth.sessions") == 0


# -- Storage and realtime ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "folders", "file", "extension"),
    [
        ("a/b/c.png", ["a", "b"], "c.png", "png"),
        ("c.png", [], "c.png", "png"),
        ("a/archive.tar.gz", ["a"], "archive.tar.gz", "gz"),
        ("a/", ["a"], "", ""),
    ],
)
def test_the_parts_of_a_name(supabase_url: str, name: str, folders: list[str], file: str, extension: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        assert value(connection, "SELECT storage.foldername(%s)", name) == folders
        assert value(connection, "SELECT storage.filename(%s)", name) == file
        assert value(connection, "SELECT storage.extension(%s)", name) == extension


def test_objects_are_guarded_by_policies(supabase_url: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        connection.execute("INSERT INTO storage.buckets (id, name, public) VALUES ('avatars', 'avatars', true)")
        connection.execute("INSERT INTO storage.objects (bucket_id, name) VALUES ('avatars', 'a/b/c.png')")
        connection.execute("SET ROLE anon")
        assert value(connection, "SELECT count(*) FROM storage.objects") == 0
        connection.execute("RESET ROLE")
        connection.execute(
            "CREATE POLICY open ON storage.objects FOR SELECT USING ((storage.foldername(name))[1] = 'a')"
        )
        connection.execute("SET ROLE anon")
        assert value(connection, "SELECT path_tokens FROM storage.objects") == ["a", "b", "c.png"]


def test_tables_can_be_published(supabase_url: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        connection.execute("CREATE TABLE posts (id integer PRIMARY KEY)")
        connection.execute("ALTER PUBLICATION supabase_realtime ADD TABLE posts")
        assert value(connection, "SELECT tablename FROM pg_publication_tables") == "posts"


def test_messages_have_a_topic(supabase_url: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        assert value(connection, "SELECT realtime.topic()") is None
        connection.execute("SET realtime.topic = 'room:1'")
        assert value(connection, "SELECT realtime.topic()") == "room:1"
        connection.execute("INSERT INTO realtime.messages (topic, extension) VALUES ('room:1', 'broadcast')")


# -- The prelude as a whole -------------------------------------------------------------------------------------------


def test_extensions_are_there_and_found(supabase_url: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        assert (
            value(connection, "SELECT encode(digest('a', 'sha1'), 'hex')") == "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"
        )
        assert value(connection, "SELECT uuid_generate_v4() <> uuid_generate_v4()") is True
        connection.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto")
        connection.execute('CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA extensions')


@pytest.mark.parametrize("schema", ["auth", "storage", "realtime", "graphql_public", "extensions"])
def test_a_schema_says_that_it_is_a_stand_in(supabase_url: str, schema: str) -> None:
    with psycopg.connect(supabase_url) as connection:
        comment = value(connection, "SELECT obj_description(%s::regnamespace)", schema)
    assert str(comment).startswith("Stand-in by Surefoot")


def test_is_repeatable_and_silent(supabase_url: str) -> None:
    notices: list[str | None] = []
    with psycopg.connect(supabase_url) as connection:
        connection.add_notice_handler(lambda diagnostic: notices.append(diagnostic.message_primary))
        connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [USER])
        connection.execute(PRELUDE)
        assert value(connection, "SELECT count(*) FROM auth.users") == 1
    with psycopg.connect(supabase_url) as connection:
        assert value(connection, "SHOW client_min_messages") == "notice"
    assert notices == []


def test_is_loaded_by_many_at_once(server: Server) -> None:
    roles = re.findall(r"\('(\w+)', '(?:NO)?LOGIN", PRELUDE.decode())
    assert len(roles) == 7
    names = [f"at_once_{number}" for number in range(6)]
    with closing(psycopg.connect(server.url, autocommit=True)) as connection:
        try:
            for name in names:
                ensure_database(server, name, None)
            with ThreadPoolExecutor(len(names)) as pool:
                list(pool.map(lambda name: _load(server.database_url(name)), names))
            assert value(connection, "SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s)", roles) == 7
        finally:
            for name in names:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _load(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(PRELUDE)
