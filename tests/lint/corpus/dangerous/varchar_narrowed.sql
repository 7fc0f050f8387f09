-- expect: LK304@6 DL201@6
-- why: rewritten, and it fails on longer values
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name varchar(200));
-- file: 002_shorter.sql
ALTER TABLE users ALTER COLUMN name TYPE varchar(50);
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users ALTER COLUMN name TYPE varchar(200);
