-- expect: nothing
-- why: a column at the end is the one change that CREATE OR REPLACE VIEW allows
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, amount numeric(12, 2), note text);
CREATE OR REPLACE VIEW large_orders WITH (security_invoker = true) AS SELECT id, amount FROM orders WHERE amount > 1000;
-- file: 002_note.sql
CREATE OR REPLACE VIEW large_orders WITH (security_invoker = true) AS SELECT id, amount, note FROM orders WHERE amount > 1000;
-- file: rollback_002.sql
DROP VIEW IF EXISTS large_orders;
CREATE OR REPLACE VIEW large_orders WITH (security_invoker = true) AS SELECT id, amount FROM orders WHERE amount > 1000;
