-- expect: LK301@7
-- why: clock_timestamp() is volatile, unlike now()
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
-- file: 002_seen.sql
ALTER TABLE users
    ADD COLUMN IF NOT EXISTS seen_at timestamptz NOT NULL DEFAULT clock_timestamp();
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS seen_at;
