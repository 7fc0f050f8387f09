-- expect: BC202@5
-- file: 001_tax.sql
CREATE OR REPLACE FUNCTION tax(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT amount * 0.2 $$;
-- file: 002_drop.sql
DROP FUNCTION IF EXISTS tax(numeric);
-- file: rollback_002.sql
CREATE OR REPLACE FUNCTION tax(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT amount * 0.2 $$;
