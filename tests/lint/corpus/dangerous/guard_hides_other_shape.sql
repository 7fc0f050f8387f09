-- expect: ID201@6
-- why: the table exists with other columns, so nothing happens and later statements fail
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, mail text);
-- file: 002_users.sql {irreversible: the table was there before}
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text, active boolean);
