-- expect: nothing
-- why: recipe for NOT NULL, first unit
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
-- file: 002_check.sql
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_email_set;
ALTER TABLE users ADD CONSTRAINT users_email_set CHECK (email IS NOT NULL) NOT VALID;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP CONSTRAINT IF EXISTS users_email_set;
