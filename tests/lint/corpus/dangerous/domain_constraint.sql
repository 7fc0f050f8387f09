-- expect: LK209@8
-- why: every table with a column of the domain is scanned, under SHARE
-- file: 001_domain.sql
CREATE DOMAIN postcode AS text;
CREATE TABLE IF NOT EXISTS addresses (id bigint PRIMARY KEY, code postcode);
-- file: 002_constraint.sql
ALTER DOMAIN postcode DROP CONSTRAINT IF EXISTS postcode_digits;
ALTER DOMAIN postcode ADD CONSTRAINT postcode_digits CHECK (VALUE ~ '^[0-9]+$');
-- file: rollback_002.sql
ALTER DOMAIN postcode DROP CONSTRAINT IF EXISTS postcode_digits;
