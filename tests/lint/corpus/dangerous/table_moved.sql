-- expect: BC103@7
-- why: a table in another schema is not found by those who ask without one
-- file: 001_users.sql
CREATE SCHEMA IF NOT EXISTS app;
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
-- file: 002_move.sql
ALTER TABLE IF EXISTS public.users SET SCHEMA app;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS app.users SET SCHEMA public;
