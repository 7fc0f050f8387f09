-- expect: nothing
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (
    id bigint NOT NULL,
    at date NOT NULL,
    kind text NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE IF NOT EXISTS events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE IF NOT EXISTS events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX IF NOT EXISTS events_kind ON events (kind);
-- file: rollback_001.sql
DROP TABLE IF EXISTS events_2025;
DROP TABLE IF EXISTS events_2024;
DROP TABLE IF EXISTS events;
