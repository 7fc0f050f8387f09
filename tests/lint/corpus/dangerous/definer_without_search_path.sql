-- expect: SE108@4 SE110@4
-- why: the caller's search_path decides which objects it touches with its owner's rights
-- file: 001_count.sql
CREATE OR REPLACE FUNCTION count_users() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1::bigint $$;
-- file: rollback_001.sql
DROP FUNCTION IF EXISTS count_users();
