-- expect: nothing
-- why: recipe for NOT NULL, last unit
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text, CONSTRAINT users_email_set CHECK (email IS NOT NULL));
-- file: 002_not_null.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- file: 003_drop_check.sql {irreversible: NOT NULL says the same}
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_email_set;
