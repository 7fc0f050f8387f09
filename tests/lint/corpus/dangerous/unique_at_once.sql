-- expect: LK204@7 DM301@7
-- why: the index is built under ACCESS EXCLUSIVE, and duplicates make it fail
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
-- file: 002_unique.sql
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_email_key;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP CONSTRAINT IF EXISTS users_email_key;
