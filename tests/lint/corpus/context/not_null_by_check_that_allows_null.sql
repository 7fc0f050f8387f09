-- expect: LK208@6
-- why: CHECK (email <> '') holds for NULL, and proves nothing
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text, CONSTRAINT users_email_good CHECK (email <> ''));
-- file: 002_required.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users ALTER COLUMN email DROP NOT NULL;
