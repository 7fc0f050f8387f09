-- expect: RB105
-- why: the function of 001 should come back
-- file: 001_tax.sql
CREATE OR REPLACE FUNCTION tax(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT amount * 0.2 $$;
-- file: 002_tax.sql
CREATE OR REPLACE FUNCTION tax(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT amount * 0.25 $$;
-- file: rollback_002.sql
DROP FUNCTION IF EXISTS tax(numeric);
