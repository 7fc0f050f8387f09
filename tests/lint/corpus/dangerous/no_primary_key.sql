-- expect: SD101@3
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (kind text, at timestamptz);
-- file: rollback_001.sql
DROP TABLE IF EXISTS events;
