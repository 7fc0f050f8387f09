-- expect: SE109@4
-- why: "$user" is whatever schema the caller's role has
-- file: 001_count.sql
CREATE OR REPLACE FUNCTION count_users() RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = "$user", public AS $$ SELECT 1::bigint $$;
REVOKE ALL ON FUNCTION count_users() FROM PUBLIC;
-- file: rollback_001.sql
DROP FUNCTION IF EXISTS count_users();
