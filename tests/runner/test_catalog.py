"""The catalog: what belongs to it and what does not, whoever asks and however the session is set."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fix_catalog import EVERYTHING
from fix_role import MakeRole
from psycopg.conninfo import make_conninfo

import surefoot
from surefoot.catalog import SETTINGS, Catalog, fingerprint, read_catalog
from surefoot.compare import compare
from surefoot.ledger_ddl import ledger_ddl
from surefoot.script import ScriptError
from surefoot.servers import Server

QUERY = Path(surefoot.__file__).with_name("catalog.sql")


@pytest.fixture
def full(supabase_url: str) -> Iterator[psycopg.Connection]:
    """A connection to a database with one of everything."""
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        connection.execute(EVERYTHING.encode())
        yield connection


def names(catalog: Catalog) -> set[str]:
    return {str(identity) for identity in catalog.objects}


# -- The fingerprint is a written contract ----------------------------------------------------------------------------


def test_the_fingerprint_can_be_computed_by_anybody(full: psycopg.Connection) -> None:
    catalog = read_catalog(full)
    lines = [json.dumps([*identity, said], ensure_ascii=False) for identity, said in catalog.objects.items()]
    text = "\n".join(sorted(lines, key=str.encode))
    assert catalog.fingerprint == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    assert fingerprint(full) == catalog.fingerprint


def test_each_line_is_another_object_and_psql_can_list_them(server: Server, full: psycopg.Connection) -> None:
    options = " ".join(f"-c {name}={value.replace(' ', '')}" for name, value in SETTINGS.items())
    done = subprocess.run(
        [
            server.binaries / "psql",
            "-XAtq",
            "-v",
            "ledger=surefoot",
            "-f",
            "runner/surefoot/catalog.sql",
            full.info.dsn,
        ],
        env={"PGOPTIONS": options, "PGCLIENTENCODING": "UTF8"},
        capture_output=True,
        text=True,
        check=True,
    )
    listed = [json.loads(line) for line in done.stdout.splitlines()]
    catalog = read_catalog(full)
    assert len(listed) == len(catalog.objects)
    assert {(kind, name): said for kind, name, said in listed} == catalog.objects


# -- How the session is set makes no difference -----------------------------------------------------------------------

SESSIONS = {
    "search_path": "app, public, extensions",
    "DateStyle": "German, DMY",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Asia/Kolkata",
    "extra_float_digits": "-10",
    "bytea_output": "escape",
    "lc_monetary": "C.UTF-8",
    "quote_all_identifiers": "on",
    "standard_conforming_strings": "off",
    "jit": "on",
}


def test_every_setting_that_matters_is_tried() -> None:
    assert set(SESSIONS) == set(SETTINGS)


@pytest.mark.parametrize("name", SESSIONS)
def test_a_setting_makes_no_difference_and_is_left_alone(full: psycopg.Connection, name: str) -> None:
    before = read_catalog(full)
    full.execute("SELECT set_config(%s, %s, false)", [name, SESSIONS[name]])
    shown = full.execute("SELECT name, setting FROM pg_settings ORDER BY name").fetchall()
    assert compare(before, read_catalog(full)) == ()
    assert fingerprint(full) == before.fingerprint
    assert full.execute("SELECT name, setting FROM pg_settings ORDER BY name").fetchall() == shown
    assert full.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_within_a_transaction_it_sees_what_is_not_committed(connection: psycopg.Connection) -> None:
    before = fingerprint(connection)
    connection.execute("BEGIN; SET LOCAL search_path = pg_temp; CREATE TABLE public.t (id int)")
    assert "table public.t" in names(read_catalog(connection))
    assert fingerprint(connection) != before
    assert connection.execute("SHOW search_path").fetchone() == ("pg_temp",)
    connection.execute("ROLLBACK")
    assert fingerprint(connection) == before


def test_an_error_within_a_transaction_leaves_it_as_it_was(connection: psycopg.Connection, database_url: str) -> None:
    connection.execute("CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t")
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE t")
        connection.execute("BEGIN; CREATE TABLE u (); SET LOCAL lock_timeout = '10ms'")
        with pytest.raises(ScriptError) as caught:
            fingerprint(connection)
        assert caught.value.diagnosis.sqlstate == "55P03"
    assert connection.execute("SELECT to_regclass('u') IS NOT NULL").fetchone() == (True,)
    connection.execute("ROLLBACK")
    connection.execute("SET lock_timeout = '10ms'")
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE t")
        with pytest.raises(ScriptError):
            read_catalog(connection)
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_failed_transaction_stays_failed(connection: psycopg.Connection) -> None:
    connection.execute("BEGIN")
    with pytest.raises(psycopg.errors.DivisionByZero):
        connection.execute("SELECT 1 / 0")
    with pytest.raises(ScriptError) as caught:
        read_catalog(connection)
    assert caught.value.diagnosis.sqlstate == "25P02"
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR


def test_a_temporary_table_is_not_taken_for_the_systems(connection: psycopg.Connection) -> None:
    expected = fingerprint(connection)
    connection.execute("CREATE TEMP TABLE pg_namespace AS SELECT oid, 'other' AS nspname FROM pg_catalog.pg_namespace")
    assert fingerprint(connection) == expected


def test_a_read_only_transaction_is_enough(connection: psycopg.Connection) -> None:
    expected = fingerprint(connection)
    connection.execute("BEGIN READ ONLY")
    assert fingerprint(connection) == expected
    connection.execute("ROLLBACK")


# -- Whoever asks -----------------------------------------------------------------------------------------------------


def test_a_role_without_rights_sees_the_same(full: psycopg.Connection, supabase_url: str) -> None:
    full.execute("REVOKE ALL ON SCHEMA public, app FROM PUBLIC")
    full.execute("CREATE ROLE nobody_in_particular LOGIN")
    try:
        expected = read_catalog(full)
        with psycopg.connect(make_conninfo(supabase_url, user="nobody_in_particular"), autocommit=True) as theirs:
            assert compare(expected, read_catalog(theirs)) == ()
            assert fingerprint(theirs) == expected.fingerprint
    finally:
        full.execute("DROP ROLE nobody_in_particular")


def test_owners_make_no_difference(connection: psycopg.Connection, make_role: MakeRole) -> None:
    role = make_role()
    connection.execute("CREATE TABLE t (id serial); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    before = read_catalog(connection)
    connection.execute(f"ALTER TABLE t OWNER TO {role}; ALTER FUNCTION f OWNER TO {role}".encode())
    assert compare(before, read_catalog(connection)) == ()


def test_no_secret_is_in_it(connection: psycopg.Connection) -> None:
    connection.execute(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (api_key 'Tr0ub4dor');"
        "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'Tr0ub4dor')"
    )
    said = json.dumps([[*identity, said] for identity, said in read_catalog(connection).objects.items()])
    assert "api_key" in said
    assert "Tr0ub4dor" not in said


# -- What makes no difference -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CREATE TABLE t (a int, b int)", "CREATE TABLE t (b int, a int)"),
        ("CREATE TABLE t (a int)", "CREATE TABLE t (x int, a int); ALTER TABLE t DROP x"),
        ("CREATE TABLE t (a int PRIMARY KEY)", "CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY (a)"),
        ("CREATE TABLE t (a int NOT NULL)", "CREATE TABLE t (a int CONSTRAINT other NOT NULL)"),
        ("CREATE TABLE t ()", "CREATE TABLE t (); GRANT ALL ON t TO PUBLIC; REVOKE ALL ON t FROM PUBLIC"),
        ("SELECT 1", "REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC"),
        ("CREATE SEQUENCE s", "CREATE SEQUENCE s; SELECT nextval('s'), nextval('s')"),
        ("CREATE TABLE t (a int)", "CREATE TABLE t (a int); INSERT INTO t VALUES (1); ANALYZE t"),
        ("CREATE TYPE e AS ENUM ('a', 'b')", "CREATE TYPE e AS ENUM ('b'); ALTER TYPE e ADD VALUE 'a' BEFORE 'b'"),
        (
            "CREATE TABLE t (a int) WITH (fillfactor = 50, parallel_workers = 2)",
            "CREATE TABLE t (a int) WITH (parallel_workers = 2, fillfactor = 50)",
        ),
    ],
    ids=lambda sql: sql.partition(";")[2].strip() or sql,
)
def test_how_it_came_about_makes_no_difference(connection: psycopg.Connection, one: str, other: str) -> None:
    found = []
    for statements in (one, other):
        connection.execute("BEGIN")
        connection.execute(statements.encode())
        found.append(read_catalog(connection))
        connection.execute("ROLLBACK")
    assert compare(*found) == ()
    assert found[0].fingerprint == found[1].fingerprint


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE TEMP TABLE t (id int); CREATE TEMP VIEW v AS SELECT id FROM t; CREATE TYPE pg_temp.c AS (a int)",
        "CREATE PUBLICATION p; DROP PUBLICATION p",
        "SELECT lo_create(0)",
        "ALTER ROLE CURRENT_USER SET work_mem = '5MB'; ALTER ROLE CURRENT_USER RESET work_mem",
    ],
    ids=lambda sql: sql.partition(" (")[0],
)
def test_what_is_left_out(connection: psycopg.Connection, statements: str) -> None:
    before = read_catalog(connection)
    for statement in statements.split("; "):
        connection.execute(statement.encode())
    assert compare(before, read_catalog(connection)) == ()


def test_a_subscription_is_left_out(connection: psycopg.Connection) -> None:
    before = read_catalog(connection)
    connection.execute(
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE)"
    )
    found = compare(before, read_catalog(connection))
    connection.execute("DROP SUBSCRIPTION s")  # with it the database could not be dropped
    assert found == ()


def test_what_belongs_to_an_extension_is_left_out(connection: psycopg.Connection) -> None:
    before = read_catalog(connection)
    connection.execute("CREATE EXTENSION hstore; CREATE EXTENSION postgres_fdw; CREATE EXTENSION pg_stat_statements")
    found = compare(before, read_catalog(connection))
    assert {one.kind for one in found} == {"extension"}
    assert [one.identity for one in found] == ["hstore", "pg_stat_statements", "postgres_fdw"]


@pytest.mark.parametrize("schema", ["surefoot", "ops"])
def test_the_ledger_is_left_out(connection: psycopg.Connection, schema: str) -> None:
    before = read_catalog(connection, ledger_schema=schema)
    connection.execute(ledger_ddl(schema).encode())
    connection.execute(
        f"CREATE FUNCTION {schema}.f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        f"CREATE EVENT TRIGGER ours ON sql_drop EXECUTE FUNCTION {schema}.f()".encode()
    )
    assert compare(before, read_catalog(connection, ledger_schema=schema)) == ()
    assert fingerprint(connection, ledger_schema=schema) == before.fingerprint
    assert fingerprint(connection, ledger_schema="elsewhere") != before.fingerprint


# -- Views on a single table ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("SELECT t.a FROM t", "SELECT a\n   FROM public.t;"),
        ("SELECT x.a FROM t AS x WHERE x.a > 1", "SELECT a\n   FROM public.t x\n  WHERE (a > 1);"),
        ("SELECT a, 't.a' AS b FROM t", "SELECT a,\n    't.a'::text AS b\n   FROM public.t;"),
        ('SELECT a AS "t.a" FROM t', 'SELECT a AS "t.a"\n   FROM public.t;'),
        ('SELECT "T.".a FROM t AS "T."', 'SELECT a\n   FROM public.t "T.";'),
        ("SELECT t AS whole FROM t", "SELECT t.*::public.t AS whole\n   FROM public.t;"),
        ("SELECT t.a FROM t, u", "SELECT t.a\n   FROM public.t,\n    public.u;"),
        ("SELECT g.g FROM generate_series(1, 2) AS g", "SELECT g\n   FROM generate_series(1, 2) g(g);"),
    ],
)
def test_how_a_view_is_written(connection: psycopg.Connection, query: str, written: str) -> None:
    connection.execute("CREATE TABLE t (a int); CREATE TABLE u (b int)")
    connection.execute(f"CREATE VIEW v AS {query}".encode())
    assert [said for identity, said in read_catalog(connection).objects.items() if identity.kind == "view"] == [written]
