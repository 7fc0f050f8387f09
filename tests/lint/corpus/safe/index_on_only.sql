-- expect: nothing
-- why: recipe for partitions, first unit: the parent's index, which stays invalid until all parts are attached
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint, at date NOT NULL, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE IF NOT EXISTS events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- file: 002_index.sql
CREATE INDEX IF NOT EXISTS events_kind ON ONLY events (kind);
-- file: rollback_002.sql
DROP INDEX IF EXISTS events_kind;
