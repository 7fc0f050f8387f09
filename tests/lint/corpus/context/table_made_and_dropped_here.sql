-- expect: never DL101 RB103 RB108 RB201
-- why: a table of this migration alone is nobody's loss
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name text);
-- file: 002_staging.sql
CREATE TABLE IF NOT EXISTS staging (id bigint PRIMARY KEY);
DROP TABLE IF EXISTS staging;
ALTER TABLE users ADD COLUMN IF NOT EXISTS note text;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS note;
