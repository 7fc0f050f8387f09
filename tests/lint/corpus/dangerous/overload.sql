-- expect: BC307@6
-- why: another signature makes a second function; calls may become ambiguous
-- file: 001_tax.sql
CREATE OR REPLACE FUNCTION tax(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT amount * 0.2 $$;
-- file: 002_rate.sql
CREATE OR REPLACE FUNCTION tax(amount numeric, rate numeric DEFAULT 0.2) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$ SELECT amount * rate $$;
-- file: rollback_002.sql
DROP FUNCTION IF EXISTS tax(numeric, numeric);
