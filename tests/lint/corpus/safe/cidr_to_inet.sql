-- expect: nothing
-- why: binary coercible: no rewrite
-- file: 001_hosts.sql
CREATE TABLE IF NOT EXISTS hosts (id bigint PRIMARY KEY, net cidr);
-- file: 002_inet.sql {irreversible: addresses with host bits may have been stored}
ALTER TABLE hosts ALTER COLUMN net TYPE inet;
