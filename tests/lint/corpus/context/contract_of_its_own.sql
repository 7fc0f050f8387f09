-- expect: DL106@8 never BC309 BC101 DM103
-- why: the column that 002 replaced is dropped later, apart
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, mail text);
-- file: 002_email.sql
ALTER TABLE users ADD COLUMN IF NOT EXISTS email text;
-- file: 003_drop.sql {irreversible: the column was copied to email}
ALTER TABLE users DROP COLUMN IF EXISTS mail;
