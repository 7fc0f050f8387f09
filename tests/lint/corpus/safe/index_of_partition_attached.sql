-- expect: nothing
-- why: recipe for partitions, last unit
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint, at date NOT NULL, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE IF NOT EXISTS events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX IF NOT EXISTS events_kind ON ONLY events (kind);
CREATE INDEX IF NOT EXISTS events_2024_kind ON events_2024 (kind);
-- file: 002_attach.sql {irreversible: an index cannot be detached}
ALTER INDEX events_kind ATTACH PARTITION events_2024_kind;
