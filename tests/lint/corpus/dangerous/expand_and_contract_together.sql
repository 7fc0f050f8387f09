-- expect: DM103@7 DL106@8 BC309
-- why: old code has no column to read, new code is not there yet
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, mail text);
-- file: 002_email.sql {irreversible: the old column is gone}
ALTER TABLE users ADD COLUMN IF NOT EXISTS email text;
UPDATE users SET email = mail WHERE email IS NULL;
ALTER TABLE users DROP COLUMN IF EXISTS mail;
