-- expect: BC101@6 ID111@6
-- why: code that runs asks for the old name
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, mail text);
-- file: 002_rename.sql
ALTER TABLE users RENAME COLUMN mail TO email;
-- file: rollback_002.sql
ALTER TABLE users RENAME COLUMN email TO mail;
