-- expect: LK302@6
-- why: every row gets its number: a rewrite
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (email text PRIMARY KEY);
-- file: 002_number.sql
ALTER TABLE users ADD COLUMN IF NOT EXISTS number bigserial;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS number;
