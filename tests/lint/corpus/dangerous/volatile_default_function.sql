-- expect: LK301@7
-- why: a function of one's own is volatile unless it says otherwise
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
CREATE OR REPLACE FUNCTION new_code() RETURNS text LANGUAGE sql AS $$ SELECT 'c' || random()::text $$;
-- file: 002_code.sql
ALTER TABLE users ADD COLUMN IF NOT EXISTS code text DEFAULT new_code();
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS code;
