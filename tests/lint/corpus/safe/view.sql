-- expect: nothing
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, amount numeric(12, 2), note text);
-- file: 002_view.sql
CREATE OR REPLACE VIEW large_orders WITH (security_invoker = true) AS SELECT id, amount FROM orders WHERE amount > 1000;
-- file: rollback_002.sql
DROP VIEW IF EXISTS large_orders;
