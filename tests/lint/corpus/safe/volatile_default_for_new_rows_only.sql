-- expect: nothing
-- why: a column without default, then a default: old rows stay as they are
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
-- file: 002_token.sql
ALTER TABLE users ADD COLUMN IF NOT EXISTS token uuid;
ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS token;
