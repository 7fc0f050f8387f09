-- expect: nothing
-- why: no rewrite since PostgreSQL 9.2
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name varchar(50), code varchar(10));
-- file: 002_longer.sql {irreversible: longer names may have been stored}
ALTER TABLE users ALTER COLUMN name TYPE varchar(200), ALTER COLUMN code TYPE text;
