-- What pgcrypto 1.4 adds to 1.3.
\echo Use "ALTER EXTENSION pgcrypto UPDATE TO '1.4'" to load this file. \quit

CREATE FUNCTION fips_mode() RETURNS boolean
LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN false;
