-- expect: LK208@7
-- why: a CHECK that was never validated proves nothing
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
ALTER TABLE users ADD CONSTRAINT users_email_set CHECK (email IS NOT NULL) NOT VALID;
-- file: 002_required.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users ALTER COLUMN email DROP NOT NULL;
