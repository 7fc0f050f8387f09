-- expect: never LK301
-- why: history knows the function as STABLE: one value for all rows
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
CREATE OR REPLACE FUNCTION tenant() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('app.tenant', true) $$;
-- file: 002_tenant.sql
ALTER TABLE users ADD COLUMN IF NOT EXISTS tenant text DEFAULT tenant();
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS tenant;
