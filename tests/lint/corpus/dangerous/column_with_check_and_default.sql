-- expect: LK203@6
-- why: with a default for all rows the CHECK is tested on all rows
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
-- file: 002_level.sql
ALTER TABLE users ADD COLUMN IF NOT EXISTS level bigint DEFAULT 1 CONSTRAINT users_level_positive CHECK (level > 0);
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS level;
