-- expect: DL106@5
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, nickname text);
-- file: 002_drop.sql {irreversible: nicknames are not wanted}
ALTER TABLE users DROP COLUMN IF EXISTS nickname;
