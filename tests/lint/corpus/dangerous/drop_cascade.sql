-- expect: DL101@7 DL102@7
-- why: CASCADE takes what nobody named: here a view
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
CREATE OR REPLACE VIEW recent WITH (security_invoker = true) AS SELECT id FROM orders;
-- file: 002_drop.sql {irreversible: the table was replaced}
DROP TABLE IF EXISTS orders CASCADE;
