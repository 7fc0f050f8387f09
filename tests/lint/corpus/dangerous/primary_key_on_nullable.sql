-- expect: LK206@7
-- why: even with the index at hand, PRIMARY KEY sets NOT NULL and scans for it
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint, kind text);
CREATE UNIQUE INDEX IF NOT EXISTS events_id ON events (id);
-- file: 002_key.sql
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_id;
