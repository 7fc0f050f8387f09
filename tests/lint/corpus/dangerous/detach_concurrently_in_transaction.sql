-- expect: TX101@7
-- fails: 25001
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE IF NOT EXISTS events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
-- file: 002_detach.sql
ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;
