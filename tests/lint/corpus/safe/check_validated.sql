-- expect: nothing
-- why: recipe for NOT NULL, second unit: a scan under SHARE UPDATE EXCLUSIVE
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
-- file: 002_check.sql
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_email_set;
ALTER TABLE users ADD CONSTRAINT users_email_set CHECK (email IS NOT NULL) NOT VALID;
-- file: 003_validate.sql
ALTER TABLE users VALIDATE CONSTRAINT users_email_set;
-- file: rollback_003.sql
ALTER TABLE IF EXISTS users DROP CONSTRAINT IF EXISTS users_email_set;
ALTER TABLE IF EXISTS users ADD CONSTRAINT users_email_set CHECK (email IS NOT NULL) NOT VALID;
