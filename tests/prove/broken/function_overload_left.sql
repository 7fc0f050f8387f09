-- fails: extra: function public.twice(text)

-- before
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';

-- migration
CREATE FUNCTION twice(n text) RETURNS text LANGUAGE sql AS 'SELECT n || n';

-- rollback
DROP FUNCTION IF EXISTS twice(varchar);
