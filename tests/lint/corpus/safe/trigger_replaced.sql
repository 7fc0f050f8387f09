-- expect: nothing
-- why: recipe in place of DROP TRIGGER and CREATE TRIGGER
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, updated_at timestamptz);
-- file: 002_touch.sql
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    new.updated_at := now();
    RETURN new;
END
$$;
CREATE OR REPLACE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
-- file: rollback_002.sql
DROP TRIGGER IF EXISTS users_touch ON users;
DROP FUNCTION IF EXISTS touch();
