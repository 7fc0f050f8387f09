-- expect: nothing
-- project: {postgres: 18}
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
-- file: 002_not_null.sql
ALTER TABLE users ADD CONSTRAINT users_email_not_null NOT NULL email NOT VALID;
-- file: 003_validate.sql
ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
-- file: rollback_003.sql
ALTER TABLE IF EXISTS users DROP CONSTRAINT IF EXISTS users_email_not_null;
ALTER TABLE IF EXISTS users ADD CONSTRAINT users_email_not_null NOT NULL email NOT VALID;
