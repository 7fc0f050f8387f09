-- expect: nothing
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint PRIMARY KEY, at timestamptz(3), took interval(0));
-- file: 002_finer.sql {irreversible: finer times may have been stored}
ALTER TABLE events ALTER COLUMN at TYPE timestamptz, ALTER COLUMN took TYPE interval(6);
