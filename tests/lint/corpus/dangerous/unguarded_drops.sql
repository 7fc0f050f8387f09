-- expect: ID102@6 ID102@7 DL101@7
-- file: 001_objects.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
CREATE OR REPLACE VIEW names WITH (security_invoker = true) AS SELECT id FROM users;
-- file: 002_drops.sql {irreversible: they were replaced}
DROP VIEW names;
DROP TABLE users;
