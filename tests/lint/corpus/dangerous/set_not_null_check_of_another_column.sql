-- expect: LK208@8
-- why: the validated CHECK is about another column
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (
    id bigint PRIMARY KEY, email text, name text, CONSTRAINT users_name_set CHECK (name IS NOT NULL)
);
-- file: 002_required.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users ALTER COLUMN email DROP NOT NULL;
