-- expect: LK106@7
-- why: without a CHECK that proves the bounds the child is scanned under ACCESS EXCLUSIVE
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE IF NOT EXISTS events_2024 (id bigint, at date NOT NULL, PRIMARY KEY (id, at));
-- file: 002_attach.sql
ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
