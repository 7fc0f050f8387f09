-- expect: nothing
-- file: 001_users.sql
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name text, active boolean);
-- file: 002_index.sql {transaction: false}
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name_like ON public.users USING gin (lower(name) gin_trgm_ops) WHERE active;
-- file: rollback_002.sql
DROP INDEX CONCURRENTLY IF EXISTS public.users_name_like;
