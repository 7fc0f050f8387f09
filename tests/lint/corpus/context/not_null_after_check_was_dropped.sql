-- expect: LK208@8
-- why: the proof of 001 is gone
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text, CONSTRAINT users_email_set CHECK (email IS NOT NULL));
-- file: 002_drop.sql
ALTER TABLE users DROP CONSTRAINT users_email_set;
-- file: 003_required.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- file: rollback_003.sql
ALTER TABLE IF EXISTS users ALTER COLUMN email DROP NOT NULL;
