-- expect: BC301@6
-- why: it fails on a table with rows, and INSERTs of running code fail after it
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
-- file: 002_country.sql
ALTER TABLE users ADD COLUMN IF NOT EXISTS country text NOT NULL;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS country;
