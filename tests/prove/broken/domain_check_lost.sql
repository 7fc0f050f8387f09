-- fails: missing: constraint public.percent.percent_range

-- before
CREATE DOMAIN percent AS int CONSTRAINT percent_range CHECK (VALUE BETWEEN 0 AND 100);

-- migration
ALTER DOMAIN percent DROP CONSTRAINT percent_range;

-- rollback
SELECT 1;
