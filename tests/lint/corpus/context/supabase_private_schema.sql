-- expect: never SE101
-- why: only exposed schemas are reached with the public key
-- project: {platform: supabase}
-- file: 001_private.sql
CREATE SCHEMA IF NOT EXISTS private;
CREATE TABLE IF NOT EXISTS private.jobs (id bigint PRIMARY KEY);
-- file: rollback_001.sql
DROP TABLE IF EXISTS private.jobs;
DROP SCHEMA IF EXISTS private;
