-- expect: LK304@6 DL201@6
-- why: a length where there was none: every row is checked, and rewritten
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name text);
-- file: 002_limit.sql
ALTER TABLE users ALTER COLUMN name SET DATA TYPE varchar(100);
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users ALTER COLUMN name TYPE text;
