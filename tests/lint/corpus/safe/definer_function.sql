-- expect: nothing
-- file: 001_count.sql
CREATE OR REPLACE FUNCTION count_orders() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$ SELECT count(*) FROM pg_catalog.pg_class $$;
REVOKE ALL ON FUNCTION count_orders() FROM PUBLIC;
-- file: rollback_001.sql
DROP FUNCTION IF EXISTS count_orders();
