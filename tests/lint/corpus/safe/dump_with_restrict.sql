-- expect: nothing
-- why: \restrict and \unrestrict, which pg_dump writes, mean nothing to a server
-- file: 001_dump.sql
\restrict k3y
CREATE TABLE IF NOT EXISTS public.users (id bigint PRIMARY KEY);
\unrestrict k3y
-- file: rollback_001.sql
DROP TABLE IF EXISTS public.users;
