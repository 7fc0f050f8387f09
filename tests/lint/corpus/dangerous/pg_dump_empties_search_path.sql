-- expect: TX109@4
-- why: the line of every dump: from here on no name without a schema is found
-- file: 001_dump.sql
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE IF NOT EXISTS public.orders (id bigint PRIMARY KEY);
-- file: rollback_001.sql
DROP TABLE IF EXISTS public.orders;
