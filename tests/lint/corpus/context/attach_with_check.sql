-- expect: never LK106 LK107
-- why: the validated CHECK proves the bounds, and there is no default partition
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE IF NOT EXISTS events_2024 (
    id bigint, at date NOT NULL, PRIMARY KEY (id, at),
    CONSTRAINT events_2024_bounds CHECK (at >= '2024-01-01' AND at < '2025-01-01')
);
-- file: 002_attach.sql {irreversible: the partition stays}
ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
