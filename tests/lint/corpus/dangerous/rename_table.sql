-- expect: BC102@5 ID111@5
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
-- file: 002_rename.sql
ALTER TABLE users RENAME TO members;
-- file: rollback_002.sql
ALTER TABLE members RENAME TO users;
