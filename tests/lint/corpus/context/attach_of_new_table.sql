-- expect: never LK106
-- why: the child is new and empty
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
-- file: 002_attach.sql {irreversible: the partition stays}
CREATE TABLE IF NOT EXISTS events_2024 (LIKE events INCLUDING ALL);
ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
