-- expect: nothing
-- why: recipe for NOT NULL, third unit: the validated CHECK is the proof
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
-- file: 002_check.sql
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_email_set;
ALTER TABLE users ADD CONSTRAINT users_email_set CHECK (email IS NOT NULL) NOT VALID;
-- file: 003_validate.sql
ALTER TABLE users VALIDATE CONSTRAINT users_email_set;
-- file: 004_not_null.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- file: rollback_004.sql
ALTER TABLE IF EXISTS users ALTER COLUMN email DROP NOT NULL;
