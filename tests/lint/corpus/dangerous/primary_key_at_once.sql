-- expect: LK205@7
-- why: the index is built under ACCESS EXCLUSIVE
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint NOT NULL, kind text);
-- file: 002_key.sql
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_pkey;
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id);
-- file: rollback_002.sql
ALTER TABLE IF EXISTS events DROP CONSTRAINT IF EXISTS events_pkey;
