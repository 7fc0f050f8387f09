-- expect: LK107@9
-- why: the default partition is scanned for rows that belong to the new one
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE IF NOT EXISTS events_rest PARTITION OF events DEFAULT;
CREATE TABLE IF NOT EXISTS events_2024 (id bigint, at date NOT NULL, PRIMARY KEY (id, at));
ALTER TABLE events_2024 ADD CONSTRAINT events_2024_bounds CHECK (at >= '2024-01-01' AND at < '2025-01-01');
-- file: 002_attach.sql
ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
