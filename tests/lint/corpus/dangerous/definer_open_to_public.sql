-- expect: SE110@4
-- why: EXECUTE belongs to PUBLIC unless it is revoked
-- file: 001_purge.sql
CREATE OR REPLACE FUNCTION purge() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT $$;
-- file: rollback_001.sql
DROP FUNCTION IF EXISTS purge();
