"""Rows that the prover makes up, and seeds: what they satisfy, and what they bring to light."""

from __future__ import annotations

import psycopg
import pytest
from fix_project import ProjectFolder

from surefoot.prove import prove_in_order
from surefoot.proving.candidates import candidates
from surefoot.proving.line import subject_of
from surefoot.proving.proof import Proof
from surefoot.proving.rows import Rows
from surefoot.proving.synthetic import Filler
from surefoot.scratch.databases import Databases
from surefoot_lint.source import source_of

FILLED = {
    "of plain types": "CREATE TABLE t (a int, b text, c uuid NOT NULL, d timestamptz, e bool, f jsonb, g bytea)",
    "of odd types": "CREATE TABLE t (a int4range, b tstzrange, c point, d tsvector, e interval, f inet, g bit(3))",
    "narrow": "CREATE TABLE t (a varchar(3) NOT NULL, b numeric(3, 2) NOT NULL, c char(2) NOT NULL, d smallint)",
    "with keys": "CREATE TABLE t (i int GENERATED ALWAYS AS IDENTITY, a int, b int GENERATED ALWAYS AS (1) STORED)",
    "with nothing to be given": "CREATE TABLE t (id serial PRIMARY KEY)",
    "of arrays": "CREATE TABLE t (a int[] NOT NULL, b text[] NOT NULL)",
    "of an enumeration": "CREATE TYPE e AS ENUM ('it''s', 'b'); CREATE TABLE t (a e NOT NULL, b e[] NOT NULL)",
    "of domains": "CREATE DOMAIN d AS text CHECK (VALUE ~ '^[A-Z]{3}$'); CREATE DOMAIN f AS d; CREATE TABLE t (a f)",
    "with IN": "CREATE TABLE t (a text NOT NULL CHECK (a IN ('x', 'it''s')))",
    "with a range": "CREATE TABLE t (a int NOT NULL CHECK (a BETWEEN 500 AND 502), b numeric CHECK (b > 0 AND b < 1))",
    "with lengths": "CREATE TABLE t (a text NOT NULL CHECK (length(a) = 2), b text NOT NULL CHECK (length(b) >= 50))",
    "with patterns": "CREATE TABLE t (a text CHECK (a ~ '^[^@]+@[^@]+$'), b text NOT NULL CHECK (b ~ '^\\+\\d+$'))",
    "with checks of two columns": (
        "CREATE TABLE t (a int NOT NULL, b int, kind text NOT NULL CHECK (kind IN ('free', 'paid')), price int,"
        " CHECK (a < b), CHECK ((price = 0) = (kind = 'free')))"
    ),
    "unique": "CREATE TABLE t (a int PRIMARY KEY, b text UNIQUE, c uuid UNIQUE, UNIQUE (a, b) DEFERRABLE)",
    "with an exclusion": "CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&))",
    "that refers": "CREATE TABLE p (id uuid PRIMARY KEY); CREATE TABLE t (p uuid NOT NULL REFERENCES p)",
    "that refers by two": (
        "CREATE TABLE p (a int, b text, PRIMARY KEY (a, b));"
        "CREATE TABLE t (a int NOT NULL, b text NOT NULL, FOREIGN KEY (a, b) REFERENCES p)"
    ),
    "in a circle": (
        "CREATE TABLE t (id int PRIMARY KEY, q int); CREATE TABLE q (id int PRIMARY KEY, t int NOT NULL REFERENCES t);"
        "ALTER TABLE t ADD FOREIGN KEY (q) REFERENCES q"
    ),
    "that refers to itself": "CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t)",
    "with a trigger that refuses": (
        "CREATE TABLE t (a int); CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';"
        "CREATE TRIGGER no BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION no()"
    ),
    "that is a partition": (
        "CREATE TABLE w (at date NOT NULL) PARTITION BY RANGE (at);"
        "CREATE TABLE t PARTITION OF w FOR VALUES FROM ('2031-05-01') TO ('2031-06-01')"
    ),
    "with odd names": 'CREATE TABLE "t" ("a "" b" int NOT NULL, "select" text NOT NULL CHECK ("select" <> \'\'))',
}


@pytest.mark.parametrize("name", FILLED)
def test_a_table_is_filled(connection: psycopg.Connection, name: str) -> None:
    connection.execute(FILLED[name].encode())
    assert Filler(5).fill(connection) == ()
    row = connection.execute("SELECT count(*) FROM t").fetchone()
    assert row is not None
    assert row[0] == 5 or (0 < row[0] < 5 and name in ("narrow", "with a range"))


def test_what_was_found_out_serves_the_next_database(connection: psycopg.Connection) -> None:
    filler = Filler(3)
    connection.execute("CREATE TABLE t (a text PRIMARY KEY CHECK (a ~ '^[A-Z]{2}$'))")
    assert filler.fill(connection) == ()
    connection.execute("TRUNCATE t")
    assert filler.fill(connection) == ()
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (3,)


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ("CREATE TABLE t (a int NOT NULL CHECK (a > 5 AND a < 5))", "public.t: no value found for a"),
        ("CREATE TABLE t (a pg_lsn NOT NULL)", "public.t: no value found for a"),
        (
            "CREATE TABLE t (id int PRIMARY KEY, up int NOT NULL REFERENCES t)",
            "public.t: up refers to a table without rows",
        ),
    ],
)
def test_a_table_that_cannot_be_filled_is_named(connection: psycopg.Connection, schema: str, why: str) -> None:
    connection.execute(schema.encode())
    assert Filler(5).fill(connection) == (why,)


def test_tables_that_are_left_out_stay_empty(connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE t (a int)")
    assert Filler(5).fill(connection, ["t", "not_there"]) == ()
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (("int4", "score", None, ["score > 7"]), ["g", "(ARRAY['7', '8', '6'])[1 + g % 3]", "'7'"]),
        (("text", "kind", None, ["kind = 'it''s'"]), ["'kind_' || g", "'it''s'"]),
        (("mood", "m", ["a", "b"], []), ["(ARRAY['a', 'b'])[1 + g % 2]", "'a'", "'b'"]),
        (("pg_lsn", "at", None, []), []),
    ],
)
def test_candidates(arguments: tuple[str, str, list[str] | None, list[str]], first: list[str]) -> None:
    assert candidates(*arguments)[: len(first) or 1] == first


def proven(folder: ProjectFolder, databases: Databases, rows: Rows, *numbers: int) -> list[Proof]:
    project = folder.load()
    subjects = [subject_of(project, migration) for migration in project.migrations]
    return prove_in_order(databases, project, subjects, numbers, rows=rows)


PEOPLE = "CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, bio text);"
HIDDEN = {
    "NOT NULL without default": (
        "ALTER TABLE people ADD COLUMN age int NOT NULL;",
        "ALTER TABLE people DROP COLUMN age;",
        "fails",
        'column "age" of relation "people" contains null values',
    ),
    "a failing cast": (
        "ALTER TABLE people ALTER COLUMN name TYPE int USING name::int;",
        "ALTER TABLE people ALTER COLUMN name TYPE text;",
        "fails",
        "invalid input syntax for type integer",
    ),
    "a failing unique": (
        "ALTER TABLE people ADD COLUMN a int DEFAULT 1, ADD UNIQUE (a);",
        "ALTER TABLE people DROP COLUMN a;",
        "fails",
        "could not create unique index",
    ),
    "a column that comes back empty": (
        "ALTER TABLE people DROP COLUMN bio;",
        "ALTER TABLE people ADD COLUMN bio text;",
        "lossy",
        "people.bio (10 values)",
    ),
    "a table that comes back empty": (
        "DROP TABLE people;",
        PEOPLE,
        "lossy",
        "people (10 rows)",
    ),
    "a lossy type": (
        "ALTER TABLE people ALTER COLUMN name TYPE varchar(2) USING left(name, 2);",
        "ALTER TABLE people ALTER COLUMN name TYPE text;",
        "lossy",
        "people.name (values changed)",
    ),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_an_empty_table_hides_is_found(folder: ProjectFolder, databases: Databases, name: str) -> None:
    migration, rollback, verdict, reason = HIDDEN[name]
    folder.add("001_people.sql", PEOPLE, "DROP TABLE people;")
    folder.add("002_case.sql", migration, rollback)
    folder.add("003_next.sql", "CREATE TABLE next ();", "DROP TABLE next;")
    case, following = proven(folder, databases, Rows(10), 2, 3)
    assert case.verdict == verdict
    assert reason in " ".join(case.reasons)
    assert following.verdict == "proven"


def test_rows_that_clash_with_those_of_a_seed_are_left_out(folder: ProjectFolder, databases: Databases) -> None:
    folder.add("001_plans.sql", "CREATE TABLE plans (id int PRIMARY KEY);", "DROP TABLE plans;")
    folder.add("002_seed.sql", "INSERT INTO plans VALUES (1), (2);", "DELETE FROM plans;")
    (proof,) = proven(folder, databases, Rows(10), 2)
    assert proof.verdict == "proven"
    assert proof.evidence.unfilled == ("plans: they would clash with those that the migration inserts",)


def test_seeds_are_rows_too(folder: ProjectFolder, databases: Databases) -> None:
    folder.add("001_people.sql", PEOPLE, "DROP TABLE people;")
    folder.add("002_bio.sql", "ALTER TABLE people DROP COLUMN bio;", "ALTER TABLE people ADD COLUMN bio text;")
    seeds = source_of(
        "INSERT INTO people VALUES (1, 'a', 'b');\n"
        "INSERT INTO not_yet VALUES (1);\n"
        "INSERT INTO people VALUES (1, 'again');\n"
        "COPY people (id, name) FROM stdin;\n7\tx\n\\.\n",
        "seeds.sql",
    )
    (proof,) = proven(folder, databases, Rows(0, seeds), 2)
    assert proof.reasons == ("the rollback must give back all rows and values, and does not: people.bio (1 value)",)
    assert proof.evidence.unfilled == ('seeds.sql:3: duplicate key value violates unique constraint "people_pkey"',)
