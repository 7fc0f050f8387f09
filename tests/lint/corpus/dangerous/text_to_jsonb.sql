-- expect: LK304@6
-- why: each value is parsed: a rewrite, which fails on the first value that is no JSON
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint PRIMARY KEY, payload text);
-- file: 002_jsonb.sql
ALTER TABLE events ALTER COLUMN payload TYPE jsonb USING payload::jsonb;
