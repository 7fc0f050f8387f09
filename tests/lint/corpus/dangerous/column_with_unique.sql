-- expect: LK204@6
-- why: UNIQUE at the column builds an index just the same
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
-- file: 002_code.sql
ALTER TABLE users ADD COLUMN IF NOT EXISTS code text UNIQUE;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS code;
