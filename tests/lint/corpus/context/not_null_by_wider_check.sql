-- expect: never LK208
-- why: a CHECK with AND proves each of its parts
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (
    id bigint PRIMARY KEY, email text, CONSTRAINT users_email_good CHECK (email IS NOT NULL AND email LIKE '%@%')
);
-- file: 002_required.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users ALTER COLUMN email DROP NOT NULL;
