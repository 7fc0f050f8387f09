"""A schema of which only what a round has left stale was read is the same as one that was read whole."""

from __future__ import annotations

import psycopg
import pytest
from fix_catalog import CASES, EVERYTHING, Case

from surefoot.compare import compare
from surefoot.proving.observer import install
from surefoot.proving.schema import read_schema
from surefoot.proving.stale import read_stale
from surefoot.proving.touched import COUNTS, Counts, Touched
from surefoot.proving.trial import Trial
from surefoot_lint.locks.statements import read_statements


class Rounds:
    """Goes round after round on one database: after each, both ways of reading must agree."""

    def __init__(self, connection: psycopg.Connection) -> None:
        install(connection)
        self.connection = connection
        self.schema = read_schema(connection)
        self.was_whole = False

    def go(self, sql: str, begin: str = "BEGIN", end: str = "COMMIT") -> None:
        """Run statements in a transaction, or in another block."""
        trial = Trial(self.connection)
        before = Counts.of(trial.send([begin, COUNTS])[-1].value)
        self.connection.execute(sql.encode())
        after = Counts.of(trial.send([COUNTS, end])[0].value)
        self._read(Touched(before, after))

    def go_within(self, *files: str) -> None:
        """Run each of the files in a savepoint of its own, in one transaction that is rolled back."""
        start = self.schema
        self.connection.execute("BEGIN")
        for sql in files:
            self.go(sql, "SAVEPOINT round", "RELEASE round")
        self.connection.execute("ROLLBACK")
        self.schema = start

    def _read(self, seen: Touched) -> None:
        stale = read_stale(self.connection, seen)
        whole, found = read_schema(self.connection), read_schema(self.connection, self.schema, stale)
        assert compare(whole, found) == ()
        assert set(found.pieces) == set(whole.pieces)
        assert len(found.pieces) == len(whole.pieces)
        self.was_whole = stale is None or not stale.is_telling
        self.schema = found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_kind_of_object(connection: psycopg.Connection, case: Case) -> None:
    connection.execute(case.given.encode())
    rounds = Rounds(connection)
    rounds.go(case.make)
    if case.drop:
        rounds.go(case.drop)
        rounds.go(case.make)
    rounds.go(case.change)


STATEMENTS = read_statements()


def test_each_kind_of_statement(connection: psycopg.Connection) -> None:
    connection.execute(STATEMENTS.world.encode())
    rounds = Rounds(connection)
    for kind in STATEMENTS.kinds:
        if not kind.alone:
            rounds.go_within(*filter(None, (kind.before, kind.sql)))


WORLD = """
CREATE EXTENSION pg_trgm;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TYPE pair AS (first int, second int);
CREATE DOMAIN age AS int CONSTRAINT old CHECK (VALUE < 200);
CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text DEFAULT 'x', mood mood, age age);
COMMENT ON TABLE people IS 'all';
COMMENT ON COLUMN people.name IS 'in full';
CREATE TABLE games (id serial PRIMARY KEY, player int CONSTRAINT of REFERENCES people, score int CHECK (score > 0));
CREATE INDEX score ON games (score);
CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
COMMENT ON FUNCTION seen() IS 'sees';
CREATE TRIGGER sees BEFORE INSERT ON games FOR EACH ROW EXECUTE FUNCTION seen();
CREATE POLICY own ON games USING (player = 1);
CREATE VIEW best AS SELECT g.id, p.name FROM games AS g JOIN people AS p ON p.id = g.player;
CREATE VIEW better AS SELECT name FROM best;
CREATE SEQUENCE numbers OWNED BY games.score;
CREATE FUNCTION first() RETURNS int IMMUTABLE RETURN 1;
CREATE TABLE calls (id int DEFAULT first(), next int GENERATED ALWAYS AS (id + first()) STORED, CHECK (id > first()));
CREATE INDEX called ON calls ((id + first()));
"""
# What most migrations are made of, so that these must not need to read all.
EVERYDAY = (
    "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, game int REFERENCES games, said text)",
    "CREATE TABLE t (id serial); COMMENT ON TABLE t IS 'new'; GRANT SELECT ON t TO PUBLIC",
    "DROP VIEW better, best; DROP TABLE games",
    "ALTER TABLE games ADD COLUMN note text NOT NULL DEFAULT 'x'",
    "ALTER TABLE people DROP COLUMN age",
    "ALTER TABLE people ALTER COLUMN name DROP DEFAULT",
    "ALTER TABLE people ALTER COLUMN name SET NOT NULL",
    "ALTER TABLE games ALTER COLUMN score TYPE bigint",
    "ALTER TABLE games ALTER COLUMN score SET STATISTICS 7",
    "ALTER TABLE games DROP CONSTRAINT of",
    "ALTER TABLE games ADD CONSTRAINT most CHECK (score < 99) NOT VALID",
    "ALTER TABLE games DISABLE TRIGGER ALL",
    "ALTER TABLE games ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE people SET (toast.autovacuum_enabled = off)",
    "ALTER TABLE games CLUSTER ON score",
    "ALTER TABLE people RENAME TO persons",
    "ALTER TABLE people RENAME COLUMN id TO number",
    "ALTER DOMAIN age DROP CONSTRAINT old",
    "ALTER TYPE mood RENAME VALUE 'bad' TO 'worse'",
    "ALTER TYPE mood ADD VALUE 'so-so' BEFORE 'bad'",
    "ALTER TYPE mood RENAME TO temper",
    "ALTER TYPE pair DROP ATTRIBUTE second",
    "ALTER SEQUENCE numbers OWNED BY NONE",
    "ALTER SEQUENCE numbers INCREMENT 7",
    "ALTER EXTENSION pg_trgm DROP FUNCTION similarity(text, text)",
    "ALTER FUNCTION seen() RENAME TO saw",
    "ALTER FUNCTION first() RENAME TO one",
    "DROP FUNCTION seen() CASCADE",
    "CREATE OR REPLACE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "CREATE OR REPLACE VIEW better AS SELECT name, id FROM best",
    "CREATE MATERIALIZED VIEW kept AS SELECT name FROM better; CREATE UNIQUE INDEX ON kept (name)",
    "CREATE AGGREGATE most (int) (SFUNC = int4larger, STYPE = int)",
    "DROP INDEX score; CREATE INDEX score ON games (score DESC)",
    "DROP POLICY own ON games; CREATE POLICY own ON games USING (player = 2)",
    "DROP TRIGGER sees ON games",
    "COMMENT ON TABLE people IS NULL",
    "COMMENT ON COLUMN people.name IS NULL; COMMENT ON COLUMN people.id IS 'new'",
    "COMMENT ON FUNCTION seen() IS NULL; CREATE TABLE t ()",
    "COMMENT ON SCHEMA public IS 'ours'",
    "GRANT SELECT (name) ON people TO PUBLIC; REVOKE EXECUTE ON FUNCTION seen() FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "UPDATE people SET name = 'y'",
)


def test_what_is_done_every_day(connection: psycopg.Connection) -> None:
    connection.execute(WORLD.encode())
    rounds = Rounds(connection)
    whole = []
    for sql in EVERYDAY:
        rounds.go_within(sql)
        if rounds.was_whole:
            whole.append(sql)
    assert whole == []


# Whatever has a name gets another: what depends on it calls it by that.
RENAMES = """
SELECT format('ALTER TABLE %s RENAME COLUMN %I TO %I', c.oid::regclass, a.attname, a.attname || ' "2"')
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384 AND c.reloftype = 0 AND a.attinhcount = 0
    AND c.relnamespace::regnamespace::text IN ('app', 'public')
UNION ALL
SELECT format('ALTER TYPE %s RENAME ATTRIBUTE %I TO %I CASCADE', c.oid::regclass, a.attname, a.attname || ' "2"')
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'c' AND c.oid >= 16384
UNION ALL
SELECT format('ALTER TYPE %s RENAME VALUE %L TO %L', enumtypid::regtype, enumlabel, enumlabel || '2') FROM pg_enum
UNION ALL
SELECT format('ALTER %s %s RENAME TO %I', CASE typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, oid::regtype,
    typname || ' "2"')
FROM pg_type AS t WHERE oid >= 16384 AND typisdefined AND typelem = 0 AND typtype <> 'm'
    AND (typtype <> 'c' OR (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c')
UNION ALL
SELECT format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', conrelid::regclass, conname, conname || ' "2"')
FROM pg_constraint WHERE conrelid >= 16384 AND coninhcount = 0 AND contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT format('ALTER TRIGGER %I ON %s RENAME TO %I', tgname, tgrelid::regclass, tgname || ' "2"')
FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0
UNION ALL
SELECT format('ALTER POLICY %I ON %s RENAME TO %I', polname, polrelid::regclass, polname || ' "2"') FROM pg_policy
UNION ALL
SELECT format('ALTER RULE %I ON %s RENAME TO %I', rulename, ev_class::regclass, rulename || ' "2"')
FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'
UNION ALL
SELECT format('ALTER ROUTINE %s RENAME TO %I', oid::regprocedure, proname || ' "2"') FROM pg_proc
WHERE oid >= 16384 AND pronamespace::regnamespace::text !~ '^surefoot'
    AND NOT EXISTS (SELECT FROM pg_depend
        WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype IN ('e', 'i'))
UNION ALL
SELECT format('ALTER %s %s RENAME TO %I', kind, name, last || ' "2"') FROM (
    SELECT 'OPERATOR CLASS', concat(opcnamespace::regnamespace, '.', quote_ident(opcname), ' USING ', amname), opcname
    FROM pg_opclass JOIN pg_am ON pg_am.oid = opcmethod WHERE pg_opclass.oid >= 16384
    UNION ALL
    SELECT 'OPERATOR FAMILY', concat(opfnamespace::regnamespace, '.', quote_ident(opfname), ' USING ', amname), opfname
    FROM pg_opfamily JOIN pg_am ON pg_am.oid = opfmethod WHERE pg_opfamily.oid >= 16384
    UNION ALL SELECT 'COLLATION', oid::regcollation::text, collname FROM pg_collation WHERE oid >= 16384
    UNION ALL SELECT 'TEXT SEARCH CONFIGURATION', oid::regconfig::text, cfgname FROM pg_ts_config WHERE oid >= 16384
    UNION ALL SELECT 'TEXT SEARCH DICTIONARY', oid::regdictionary::text, dictname FROM pg_ts_dict WHERE oid >= 16384
    UNION ALL SELECT 'PUBLICATION', quote_ident(pubname), pubname FROM pg_publication
    UNION ALL SELECT 'EVENT TRIGGER', quote_ident(evtname), evtname FROM pg_event_trigger
        WHERE evtname !~ '^surefoot'
    UNION ALL SELECT 'ROLE', quote_ident(rolname), rolname FROM pg_roles WHERE rolname ~ '^surefoot_fresh'
) AS other (kind, name, last)
UNION ALL
SELECT format('ALTER %s %s RENAME TO %I', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
    WHEN 'S' THEN 'SEQUENCE' WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END,
    oid::regclass, relname || ' "2"')
FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
    AND relnamespace <> 'pg_toast'::regnamespace
UNION ALL
SELECT format('ALTER SCHEMA %I RENAME TO %I', nspname, nspname || ' "2"') FROM pg_namespace
WHERE nspname !~ '^pg_|^surefoot' AND nspname <> 'information_schema'
"""


def test_other_names(supabase_url: str) -> None:
    with psycopg.connect(supabase_url, autocommit=True) as connection:
        connection.execute(EVERYTHING.encode())
        rounds = Rounds(connection)
        connection.execute("SET search_path = pg_catalog")
        for query in RENAMES.split("UNION ALL\nSELECT format"):
            query = query if query.lstrip().startswith("SELECT") else f"SELECT format{query}"
            for (statement,) in connection.execute(query.encode()).fetchall():
                rounds.go(statement)
