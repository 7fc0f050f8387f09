"""Each kind of object: what the draft says brings the schema back, or is left to a person by name."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from fix_catalog import CASES, EVERYTHING, Case

from surefoot.catalog import Catalog, read_catalog
from surefoot.compare import compare
from surefoot.drafting.draft import draft
from surefoot.drafting.schema import Schema, read_schema
from surefoot.servers import Server, ensure_database

# What is left to a person, of the cases in kinds.yaml: when it is changed, missing, extra.
BY_HAND = {
    "extension: ALTER EXTENSION pg_trgm UPDATE TO '1.6'": "changed",
    "index: ALTER INDEX j ATTACH PARTITION i": "changed",
    "enum: ALTER TYPE e ADD VALUE 'b' BEFORE 'c'": "changed",  # a label cannot be removed
    "type: ALTER TYPE y SET (STORAGE = extended)": "changed extra missing",
    "operator class: DROP OPERATOR CLASS o USING gist; CREATE OPERATOR CLASS o DEFAULT FOR TYPE text USING gist "
    "FAMILY f AS STORAGE int": "changed missing",
    "server: ALTER SERVER s VERSION '2' OPTIONS (SET key 'changed')": "changed missing",  # options are secrets
    "user mapping: DROP USER MAPPING FOR PUBLIC SERVER s": "changed missing",
}
# The server has no provider of labels, so a draft for them cannot be run.
RUN = [case for case in CASES if case.kind != "security label"]
LEDGER = "surefoot"
Look = tuple[Catalog, Schema]


@pytest.fixture(scope="module")
def shared(server: Server) -> Iterator[psycopg.Connection]:
    """A connection to a database that all cases use, one after the other, since each rolls back what it does."""
    with psycopg.connect(ensure_database(server, "drafting", None), autocommit=True) as connection:
        yield connection


@pytest.fixture
def undone(shared: psycopg.Connection) -> Iterator[psycopg.Connection]:
    shared.execute("BEGIN")
    yield shared
    shared.execute("ROLLBACK")


def do(connection: psycopg.Connection, sql: str) -> None:
    if sql:
        connection.execute(sql.encode())


def look(connection: psycopg.Connection) -> Look:
    catalog = read_catalog(connection)
    return catalog, read_schema(connection, catalog, LEDGER)


def brought_back(connection: psycopg.Connection, wanted: Look) -> bool:
    """Run a draft; tell whether it brings all back, or else says that it leaves something to a person."""
    live = look(connection)
    text = draft(compare(wanted[0], live[0]), wanted[1], live[1])
    do(connection, "\n".join(line for line in text.splitlines() if line not in ("BEGIN;", "COMMIT;")))
    left = compare(wanted[0], read_catalog(connection))
    assert not left or any(f"-- by hand: {one.kind} {one.identity} " in text for one in left), text
    return not left


@pytest.mark.parametrize("case", RUN, ids=str)
def test_brought_back(undone: psycopg.Connection, case: Case) -> None:
    do(undone, case.given)
    without = look(undone)
    do(undone, case.make)
    made = look(undone)
    found = set()
    do(undone, "SAVEPOINT made")
    do(undone, case.change)
    found |= set() if brought_back(undone, made) else {"changed"}
    do(undone, "ROLLBACK TO made")
    if case.drop:
        do(undone, case.drop)
        found |= set() if brought_back(undone, made) else {"missing"}
        do(undone, "ROLLBACK TO made")
        found |= set() if brought_back(undone, without) else {"extra"}
    assert " ".join(sorted(found)) == BY_HAND.get(str(case), "")


def test_security_label_is_drafted(undone: psycopg.Connection) -> None:
    (case,) = (case for case in CASES if case.kind == "security label")
    do(undone, case.given)
    without = look(undone)
    do(undone, case.make)
    made = look(undone)
    there = "SECURITY LABEL FOR selinux ON TABLE public.t IS 'one';"
    assert there in draft(compare(made[0], without[0]), made[1], without[1])
    gone = "SECURITY LABEL FOR selinux ON TABLE public.t IS NULL;"
    assert gone in draft(compare(without[0], made[0]), without[1], made[1])


def test_everything_is_dropped_in_an_order_that_works(supabase_url: str) -> None:
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        without = look(connection)
        do(connection, EVERYTHING)
        connection.execute("BEGIN")
        assert not brought_back(connection, without)
        left = {f"{one.kind} {one.identity}" for one in compare(without[0], read_catalog(connection))}
    by_hand = ["type app.base", "function app.base_in(cstring)", "function app.base_out(app.base)", "schema app"]
    assert left == {*by_hand, "comment schema app", "grant schema app to anon"}


def test_everything_is_made_in_an_order_that_works(supabase_url: str) -> None:
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        connection.execute("BEGIN")
        do(connection, EVERYTHING)
        everything = look(connection)
        connection.execute("ROLLBACK AND CHAIN")
        assert not brought_back(connection, everything)
        left = {f"{one.kind} {one.identity}" for one in compare(everything[0], read_catalog(connection))}
    base = ["type app.base", "function app.base_in(cstring)", "function app.base_out(app.base)"]
    remote = ["foreign table app.remote", "column app.remote.id", "constraint app.remote.remote_id_check"]
    far = ["server far", "user mapping anon SERVER far", "grant server far to anon", *remote]  # options are secrets
    assert left == {*base, *far, "operator class app.int_ops USING btree", "operator family app.int_ops USING btree"}


REBUILT = {
    # what is made, what changes it by hand
    "a column's type under views on views": (
        (
            "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v;"
            "COMMENT ON VIEW w IS 'two'; GRANT SELECT ON v TO pg_monitor; COMMENT ON COLUMN w.a IS 'one'"
        ),
        (
            "DROP VIEW w, v; ALTER TABLE t ALTER a TYPE bigint;"
            "CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v"
        ),
    ),
    "a view's columns under a view": (
        (
            "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v;"
            "COMMENT ON VIEW w IS 'two'"
        ),
        "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t",
    ),
    "a function's result under a policy and a trigger": (
        (
            "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS bool LANGUAGE sql AS 'SELECT true';"
            "CREATE POLICY p ON t USING (f()); COMMENT ON POLICY p ON t IS 'mine'"
        ),
        (
            "DROP POLICY p ON t; DROP FUNCTION f(); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
            "CREATE POLICY p ON t USING (f() = 1)"
        ),
    ),
    "foreign keys of extra tables in a ring": (
        "CREATE TABLE t (a int PRIMARY KEY)",
        (
            "CREATE TABLE x (a int PRIMARY KEY); CREATE TABLE y (a int PRIMARY KEY REFERENCES x);"
            "ALTER TABLE x ADD FOREIGN KEY (a) REFERENCES y; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES x"
        ),
    ),
    "an extra type and an extra function in use": (
        "CREATE TABLE t (a int DEFAULT 1)",
        (
            "CREATE TYPE mood AS ENUM ('ok'); CREATE DOMAIN d AS mood; "
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 2;"
            "ALTER TABLE t ALTER a SET DEFAULT f(), ADD m d; CREATE POLICY p ON t USING (f() > 1);"
            "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()"
        ),
    ),
    "an extra view on an extra materialized view": (
        "CREATE TABLE t (a int)",
        "CREATE MATERIALIZED VIEW a AS SELECT a FROM t; CREATE VIEW b AS SELECT a FROM a; CREATE UNIQUE INDEX ON a (a)",
    ),
    "a partition": (
        (
            "CREATE TABLE p (a int PRIMARY KEY, b text DEFAULT 'x') PARTITION BY RANGE (a); CREATE INDEX ON p (b);"
            "CREATE TABLE q PARTITION OF p FOR VALUES FROM (1) TO (2); ALTER TABLE q ALTER b SET DEFAULT 'y'"
        ),
        "DROP TABLE q; CREATE TABLE r PARTITION OF p DEFAULT; ALTER TABLE p ADD c int",
    ),
    "a table whose privileges come by default": (
        (
            "CREATE TABLE t (a serial PRIMARY KEY, b int CONSTRAINT k CHECK (b > 1));"
            "GRANT SELECT (a) ON t TO pg_monitor;"
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO pg_monitor"
        ),
        "DROP TABLE t",
    ),
    "a table instead of a view": ("CREATE VIEW v AS SELECT 1 AS a", "DROP VIEW v; CREATE TABLE v (a int)"),
    "a column's default by a sequence": (
        "CREATE TABLE t (a serial, b int)",
        "ALTER TABLE t ALTER a DROP DEFAULT; DROP SEQUENCE t_a_seq; ALTER TABLE t DROP b",
    ),
}


@pytest.mark.parametrize(("made", "changed"), REBUILT.values(), ids=REBUILT)
def test_what_depends_on_it_comes_too(made: str, changed: str, undone: psycopg.Connection) -> None:
    without = look(undone)
    do(undone, made)
    wanted = look(undone)
    do(undone, "SAVEPOINT made")
    do(undone, changed)
    assert brought_back(undone, wanted)
    do(undone, "ROLLBACK TO made")
    do(undone, changed)
    assert brought_back(undone, without)


def test_data_that_would_be_lost_are_left_to_a_person(undone: psycopg.Connection) -> None:
    do(undone, "CREATE TYPE c AS (a int); CREATE TABLE t (a c)")
    wanted = look(undone)
    do(undone, "DROP TABLE t; DROP TYPE c; CREATE TYPE c AS (a int, b int); CREATE TABLE t (a c)")
    live = look(undone)
    text = draft(compare(wanted[0], live[0]), wanted[1], live[1])
    assert [line for line in text.splitlines() if not line.startswith("--")] == []
    assert "-- by hand: composite type public.c is not what the files make it\n--   wanted: a integer\n" in text


def test_a_new_label_is_committed_before_it_is_used(connection: psycopg.Connection) -> None:
    do(connection, "CREATE TYPE e AS ENUM ('a', 'it''s'); CREATE TABLE t (a e DEFAULT 'it''s')")
    wanted = look(connection)
    do(connection, "DROP TABLE t; DROP TYPE e; CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (a e)")
    live = look(connection)
    do(connection, draft(compare(wanted[0], live[0]), wanted[1], live[1]))
    assert compare(wanted[0], read_catalog(connection)) == ()


def test_no_draft_says_cascade(supabase_url: str) -> None:
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        without = look(connection)
        do(connection, EVERYTHING)
        text = draft(compare(without[0], (now := look(connection))[0]), without[1], now[1])
    assert "DROP TABLE IF EXISTS app.people;" in text
    assert "CASCADE" not in text
