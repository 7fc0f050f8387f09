-- expect: SD107@4
-- fails: 0A000
-- file: 001_events.sql
CREATE TABLE IF NOT EXISTS events (id bigint PRIMARY KEY, at date NOT NULL) PARTITION BY RANGE (at);
