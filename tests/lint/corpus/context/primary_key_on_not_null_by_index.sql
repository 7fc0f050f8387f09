-- expect: never LK205 LK206 LK204 RB102
-- why: recipe: the index is there and the column is NOT NULL, so nothing is built or scanned
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint NOT NULL, kind text);
-- file: 002_index.sql {transaction: false}
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS events_pkey ON events (id);
-- file: 003_key.sql {irreversible: its index goes with the key}
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'events_pkey' AND conrelid = 'events'::regclass) THEN
        ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_pkey;
    END IF;
END
$$;
