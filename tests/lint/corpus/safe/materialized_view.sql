-- expect: nothing
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text, amount numeric(12, 2));
-- file: 002_totals.sql
CREATE MATERIALIZED VIEW IF NOT EXISTS totals AS
SELECT customer, sum(amount) AS amount FROM orders GROUP BY customer WITH NO DATA;
CREATE UNIQUE INDEX IF NOT EXISTS totals_customer ON totals (customer);
-- file: rollback_002.sql
DROP MATERIALIZED VIEW IF EXISTS totals;
