-- expect: nothing
-- file: 001_slug.sql
CREATE OR REPLACE FUNCTION slug(title text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(regexp_replace(title, '[^A-Za-z0-9]+', '-', 'g'));
-- file: rollback_001.sql
DROP FUNCTION IF EXISTS slug(text);
