-- expect: BC202@6
-- file: 001_recent.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
CREATE OR REPLACE VIEW recent WITH (security_invoker = true) AS SELECT id FROM orders;
-- file: 002_drop.sql
DROP VIEW IF EXISTS recent;
-- file: rollback_002.sql
CREATE OR REPLACE VIEW recent WITH (security_invoker = true) AS SELECT id FROM orders;
