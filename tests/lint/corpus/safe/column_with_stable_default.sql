-- expect: nothing
-- why: now() is the same for all rows, so it is computed once
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
-- file: 002_created.sql
ALTER TABLE users
    ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS creator text NOT NULL DEFAULT CURRENT_USER;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS creator, DROP COLUMN IF EXISTS created_at;
