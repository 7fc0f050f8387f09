-- expect: ID103@8 ID104@9 ID108@10 ID108@11 ID109@12 ID110@13 ID102@14
-- why: a second run fails at the first of them
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name text, old text);
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
-- file: 002_changes.sql {irreversible: an enum label cannot be removed}
ALTER TABLE users ADD COLUMN note text;
ALTER TABLE users ADD CONSTRAINT users_name_short CHECK (length(name) < 100) NOT VALID;
CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
CREATE POLICY users_read ON users FOR SELECT USING (id > 0);
INSERT INTO users (id, name) VALUES (1, 'root');
ALTER TYPE mood ADD VALUE 'fair' BEFORE 'bad';
ALTER TABLE users DROP COLUMN old;
