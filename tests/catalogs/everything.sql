-- One of every kind of object, and of what PostgreSQL 15 and 18 might tell in different words. Needs a superuser.

CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'It''s "quoted" and
has two lines';
CREATE SCHEMA "Odd Names";
CREATE EXTENSION pg_trgm WITH SCHEMA app;
CREATE EXTENSION postgres_fdw VERSION '1.1';

CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'it''s fine');
CREATE TYPE app.pair AS (first int, second varchar(10) COLLATE "C");
COMMENT ON COLUMN app.pair.second IS 'the second';
CREATE DOMAIN app.email AS text COLLATE "C" DEFAULT 'nobody' NOT NULL CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
COMMENT ON DOMAIN app.email IS 'an address';
COMMENT ON CONSTRAINT has_at ON DOMAIN app.email IS 'an at sign';
CREATE TYPE app.span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE app.shell;
CREATE TYPE app.base;
CREATE FUNCTION app.base_in(cstring) RETURNS app.base LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION app.base_out(app.base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE app.base (INPUT = app.base_in, OUTPUT = app.base_out, LIKE = text, DEFAULT = 'x');
CREATE COLLATION app.plain (provider = libc, locale = 'C');
CREATE CONVERSION app.to_latin FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;

CREATE SEQUENCE app.counter AS int START 5 INCREMENT 3 MINVALUE 2 MAXVALUE 900 CACHE 4 CYCLE;

CREATE TABLE app.people (
    id bigint GENERATED ALWAYS AS IDENTITY (START 100) PRIMARY KEY,
    serial_id serial,
    name text NOT NULL COLLATE "C",
    email app.email,
    mood app.mood DEFAULT 'ok',
    tags text[] NOT NULL DEFAULT '{}',
    born date DEFAULT '2001-02-03',
    seen timestamptz DEFAULT '2001-02-03 04:05:06+00',
    every interval DEFAULT '1 day 02:03:04',
    price money DEFAULT 12.34,
    ratio float8 DEFAULT 0.1,
    raw bytea DEFAULT '\x00ff',
    code varchar(20) DEFAULT upper('x'),
    initial text GENERATED ALWAYS AS (left(name, 1)) STORED,
    picked int DEFAULT nextval('app.counter'),
    "Odd" int DEFAULT 1,
    gone int,
    CONSTRAINT code_known CHECK (code IN ('a', 'b') OR code IS NULL),
    CONSTRAINT price_positive CHECK (price > 0::money) NO INHERIT,
    CONSTRAINT name_once UNIQUE NULLS NOT DISTINCT (name) INCLUDE (code) DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 80, autovacuum_enabled = off, toast.autovacuum_enabled = off);
ALTER TABLE app.people DROP COLUMN gone;
ALTER TABLE app.people ALTER COLUMN name SET STORAGE EXTERNAL, ALTER COLUMN name SET STATISTICS 500;
ALTER TABLE app.people ALTER COLUMN code SET (n_distinct = 5), ALTER COLUMN raw SET COMPRESSION pglz;
ALTER TABLE app.people ADD CONSTRAINT ratio_small CHECK (ratio < 1) NOT VALID;
COMMENT ON TABLE app.people IS 'everybody';
COMMENT ON COLUMN app.people."Odd" IS 'odd';
COMMENT ON CONSTRAINT code_known ON app.people IS 'of two';
CREATE INDEX people_lower ON app.people (lower(name) text_pattern_ops DESC NULLS LAST) INCLUDE (code)
    WITH (fillfactor = 70) WHERE mood <> 'sad' AND born > '2000-01-01';
CREATE INDEX people_trigrams ON app.people USING gin (name app.gin_trgm_ops);
COMMENT ON INDEX app.people_lower IS 'by name';
CLUSTER app.people USING people_pkey;
CREATE STATISTICS app.people_code (ndistinct, dependencies) ON name, code FROM app.people;
ALTER STATISTICS app.people_code SET STATISTICS 50;
COMMENT ON STATISTICS app.people_code IS 'both';

CREATE TABLE app.orders (
    id uuid DEFAULT gen_random_uuid(),
    person bigint NOT NULL REFERENCES app.people ON DELETE CASCADE DEFERRABLE,
    during tstzrange,
    made timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT apart EXCLUDE USING gist (during WITH &&)
);
ALTER TABLE app.orders ADD CONSTRAINT later FOREIGN KEY (person) REFERENCES app.people NOT VALID;
ALTER TABLE app.orders REPLICA IDENTITY FULL;
ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.orders FORCE ROW LEVEL SECURITY;
CREATE POLICY "own orders" ON app.orders AS RESTRICTIVE FOR UPDATE TO anon, authenticated
    USING (EXISTS (SELECT 1 FROM app.people WHERE people.id = orders.person AND people.mood = 'ok'))
    WITH CHECK (person = (SELECT max(id) FROM app.people));
COMMENT ON POLICY "own orders" ON app.orders IS 'one''s own';

CREATE UNLOGGED TABLE app.scratch (a int, b int NOT NULL, UNIQUE (b));
ALTER TABLE app.scratch REPLICA IDENTITY USING INDEX scratch_b_key;
CREATE TABLE app.parent (a int, b text);
CREATE TABLE app.child (c int) INHERITS (app.parent);
CREATE TABLE app.typed OF app.pair;
CREATE TABLE "Odd Names"."Select" ("Group" int PRIMARY KEY, "a.b" text);

CREATE TABLE app.events (day date NOT NULL, id int, kind text) PARTITION BY RANGE (day);
CREATE TABLE app.events_2026 PARTITION OF app.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')
    PARTITION BY LIST (kind);
CREATE TABLE app.events_2026_a PARTITION OF app.events_2026 FOR VALUES IN ('a');
CREATE TABLE app.events_rest PARTITION OF app.events DEFAULT;
CREATE INDEX events_id ON app.events (id);
ALTER TABLE app.events ADD PRIMARY KEY (day, kind);

CREATE VIEW app.adults AS SELECT id, name, born AS birth FROM app.people
    WHERE born < '2008-01-01' AND name <> 'people.id';
CREATE VIEW app.counted WITH (security_invoker = true) AS
    SELECT p.mood, count(*) AS n, max(p.born) FROM app.people p
        WHERE EXISTS (SELECT FROM app.orders o WHERE o.person = p.id)
    GROUP BY p.mood HAVING count(*) > 1 ORDER BY p.mood LIMIT 3;
CREATE VIEW app.grouped AS SELECT lower(name) AS l, count(*) FROM app.people GROUP BY lower(name) ORDER BY 2 DESC;
CREATE VIEW app.joined AS SELECT p.id, o.made, p.name FROM app.people p LEFT JOIN app.orders o ON o.person = p.id;
CREATE VIEW app.both AS SELECT id FROM app.people UNION ALL SELECT person FROM app.orders;
CREATE VIEW app.nested AS SELECT x.id, row_number() OVER (PARTITION BY x.name ORDER BY x.id)
    FROM (SELECT id, name FROM app.people WHERE id > 1) x;
CREATE VIEW app.recursive AS WITH RECURSIVE q (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q WHERE n < 5) SELECT n
    FROM q;
CREATE VIEW app.series AS SELECT n FROM generate_series(1, 3) AS n WHERE n > 1;
CREATE VIEW app.odd AS SELECT "Group", "a.b" FROM "Odd Names"."Select";
CREATE VIEW app.only_values AS SELECT 1 AS one, 'x'::text AS two;
CREATE VIEW app.all_of_it AS SELECT * FROM app.parent WITH LOCAL CHECK OPTION;
CREATE VIEW app.whole AS SELECT parent AS row FROM app.parent;
COMMENT ON VIEW app.adults IS 'grown up';
COMMENT ON COLUMN app.adults.birth IS 'a date';
CREATE MATERIALIZED VIEW app.summary AS SELECT mood, count(*) FROM app.people GROUP BY mood WITH NO DATA;
CREATE UNIQUE INDEX summary_mood ON app.summary (mood);
COMMENT ON MATERIALIZED VIEW app.summary IS 'moods';

CREATE FUNCTION app.add(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE STRICT
    PARALLEL SAFE AS 'SELECT a + b';
CREATE FUNCTION app.standard(a date) RETURNS SETOF app.people LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT * FROM app.people WHERE born = a; END;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = app,
    pg_temp COST 7 AS $$
BEGIN
    NEW.made := now();
    RETURN NEW;
END $$;
COMMENT ON FUNCTION app.touch() IS 'now';
CREATE PROCEDURE app.clean(INOUT n int) LANGUAGE plpgsql AS $$ BEGIN n := 1; END $$;
CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE);
COMMENT ON AGGREGATE app.total(int) IS 'sum';
CREATE TRIGGER touched BEFORE INSERT OR UPDATE OF person ON app.orders FOR EACH ROW
    WHEN (NEW.made > '2020-01-01 00:00:00+00') EXECUTE FUNCTION app.touch();
CREATE TRIGGER quiet AFTER DELETE ON app.orders REFERENCING OLD TABLE AS old
    FOR EACH STATEMENT EXECUTE FUNCTION app.touch();
CREATE CONSTRAINT TRIGGER deferred AFTER INSERT ON app.orders DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER cloned BEFORE INSERT ON app.events FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.orders DISABLE TRIGGER quiet;
COMMENT ON TRIGGER touched ON app.orders IS 'time';
CREATE RULE silent AS ON DELETE TO app.scratch DO INSTEAD NOTHING;
CREATE RULE also AS ON INSERT TO app.parent WHERE NEW.a > 5 DO ALSO INSERT INTO app.scratch VALUES (NEW.a, 1);

CREATE OPERATOR app.=== (FUNCTION = texteq, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(app.===),
    RESTRICT = eqsel, HASHES);
CREATE OPERATOR CLASS app.int_ops FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=,
    OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int);
CREATE OPERATOR FAMILY app.empty_family USING hash;
CREATE CAST (app.pair AS text) WITH INOUT AS ASSIGNMENT;
CREATE TRUSTED LANGUAGE plother HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION app.from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'textin';
CREATE TRANSFORM FOR app.pair LANGUAGE plother (FROM SQL WITH FUNCTION app.from_sql(internal));
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE app.on_heap2 (a int) USING heap2;

CREATE TEXT SEARCH DICTIONARY app.words (TEMPLATE = pg_catalog.simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION app.search (COPY = pg_catalog.german);
ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR asciiword WITH app.words, pg_catalog.german_stem;
CREATE TEXT SEARCH PARSER app.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
    LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE app.template (INIT = dsimple_init, LEXIZE = dsimple_lexize);

CREATE FUNCTION app.noticed() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch ON ddl_command_start WHEN TAG IN ('DROP VIEW', 'CREATE VIEW') EXECUTE FUNCTION app.noticed();
ALTER EVENT TRIGGER watch DISABLE;
CREATE PUBLICATION partial FOR TABLE app.people (id, name), app.parent WHERE (a > 1) WITH (publish = 'insert, delete');
CREATE PUBLICATION by_schema FOR TABLES IN SCHEMA app, "Odd Names" WITH (publish_via_partition_root);
CREATE PUBLICATION whole FOR ALL TABLES;

CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'far.example', dbname 'x');
CREATE USER MAPPING FOR anon SERVER far OPTIONS (user 'me', password 'secret');
CREATE FOREIGN TABLE app.remote (id int OPTIONS (column_name 'nr'),
    CHECK (id > 0)) SERVER far OPTIONS (table_name 'away');
CREATE FOREIGN DATA WRAPPER own OPTIONS (debug 'true');

GRANT SELECT, INSERT ON app.people TO anon;
GRANT UPDATE (name), SELECT (code) ON app.people TO authenticated WITH GRANT OPTION;
GRANT ALL ON app.orders TO authenticated;
GRANT SELECT ON app.adults TO PUBLIC;
GRANT USAGE ON SCHEMA app TO anon;
GRANT USAGE ON SEQUENCE app.counter TO anon;
REVOKE UPDATE ON SEQUENCE app.counter FROM CURRENT_USER;
REVOKE EXECUTE ON FUNCTION app.touch() FROM PUBLIC;
GRANT USAGE ON TYPE app.mood TO anon;
REVOKE USAGE ON DOMAIN app.email FROM PUBLIC;
GRANT USAGE ON LANGUAGE plother TO anon WITH GRANT OPTION;
GRANT USAGE ON FOREIGN SERVER far TO anon;
GRANT USAGE ON FOREIGN DATA WRAPPER own TO anon;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO anon;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT ALL ON SEQUENCES TO authenticated;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
