-- expect: ID101@4 ID106@5 ID106@6 ID101@7 ID101@8 ID101@9 ID107@10 ID107@11 ID101@12 RB110@14
-- why: a second run fails at the first of them
-- file: 001_everything.sql
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('good', 'bad');
CREATE DOMAIN app.email AS text;
CREATE TABLE app.users (id bigint PRIMARY KEY, mood app.mood, email app.email);
CREATE INDEX users_mood ON app.users (mood);
CREATE SEQUENCE app.numbers;
CREATE FUNCTION app.one() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint';
CREATE VIEW app.moods WITH (security_invoker = true) AS SELECT mood FROM app.users;
CREATE MATERIALIZED VIEW app.counts AS SELECT mood, count(*) FROM app.users GROUP BY mood;
-- file: rollback_001.sql
DROP MATERIALIZED VIEW app.counts;
DROP VIEW IF EXISTS app.moods;
DROP FUNCTION IF EXISTS app.one();
DROP SEQUENCE IF EXISTS app.numbers;
DROP TABLE IF EXISTS app.users;
DROP DOMAIN IF EXISTS app.email;
DROP TYPE IF EXISTS app.mood;
DROP SCHEMA IF EXISTS app;
