-- expect: never LK304 DL201
-- why: int8 and bigint, text and text: nothing changes
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id int8 PRIMARY KEY, name text, amount decimal(8, 2));
-- file: 002_again.sql {irreversible: nothing changes}
ALTER TABLE users ALTER COLUMN id TYPE bigint, ALTER COLUMN name TYPE text, ALTER COLUMN amount TYPE numeric(8, 2);
