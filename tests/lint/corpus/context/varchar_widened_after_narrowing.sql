-- expect: never LK304 DL201
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name varchar(200));
-- file: 002_shorter.sql
ALTER TABLE users ALTER COLUMN name TYPE varchar(50);
-- file: 003_longer.sql {irreversible: longer names may have been stored}
ALTER TABLE users ALTER COLUMN name TYPE varchar(100);
