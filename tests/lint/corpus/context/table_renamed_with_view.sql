-- expect: BC102@6
-- why: the view keeps old readers alive; it is still worth a warning
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
-- file: 002_rename.sql
ALTER TABLE IF EXISTS users RENAME TO members;
CREATE OR REPLACE VIEW users WITH (security_invoker = true) AS SELECT id FROM members;
-- file: rollback_002.sql
DROP VIEW IF EXISTS users;
ALTER TABLE IF EXISTS members RENAME TO users;
