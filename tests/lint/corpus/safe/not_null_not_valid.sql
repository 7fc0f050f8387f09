-- expect: nothing
-- why: PostgreSQL 18 has NOT NULL … NOT VALID
-- project: {postgres: 18}
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
-- file: 002_not_null.sql
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_email_not_null;
ALTER TABLE users ADD CONSTRAINT users_email_not_null NOT NULL email NOT VALID;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP CONSTRAINT IF EXISTS users_email_not_null;
