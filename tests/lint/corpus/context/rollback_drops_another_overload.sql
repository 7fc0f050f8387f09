-- expect: RB103
-- why: the function that was made has other arguments than the one that is dropped
-- file: 001_tax.sql
CREATE OR REPLACE FUNCTION tax(amount bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT amount / 5 $$;
-- file: rollback_001.sql
DROP FUNCTION IF EXISTS tax(numeric);
