-- expect: BC205@8
-- why: PostgreSQL refuses to change the type under a view
-- fails: 0A000
-- file: 001_members.sql
CREATE TABLE IF NOT EXISTS members (id bigint PRIMARY KEY, points integer);
CREATE OR REPLACE VIEW scores WITH (security_invoker = true) AS SELECT points FROM members;
-- file: 002_wider.sql
ALTER TABLE members ALTER COLUMN points TYPE bigint;
