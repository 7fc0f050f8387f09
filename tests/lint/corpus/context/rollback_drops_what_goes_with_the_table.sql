-- expect: never RB103 RB104
-- why: indexes, triggers, policies and owned sequences go with their table
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigserial PRIMARY KEY, name text);
CREATE INDEX IF NOT EXISTS users_name ON users (name);
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY users_read ON users FOR SELECT USING (id > 0);
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE OR REPLACE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
-- file: rollback_001.sql
DROP TABLE IF EXISTS users;
DROP FUNCTION IF EXISTS touch();
