-- expect: never LK304 DL201
-- why: a USING that only names the column is no rewrite where the types allow it
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name varchar(50));
-- file: 002_text.sql {irreversible: longer names may have been stored}
ALTER TABLE users ALTER COLUMN name TYPE text USING name::text;
