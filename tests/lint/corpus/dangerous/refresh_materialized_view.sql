-- expect: LK104@8
-- why: readers of the view wait for the whole query
-- file: 001_totals.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text, amount numeric(12, 2));
CREATE MATERIALIZED VIEW IF NOT EXISTS totals AS SELECT customer, sum(amount) AS amount FROM orders GROUP BY customer;
CREATE UNIQUE INDEX IF NOT EXISTS totals_customer ON totals (customer);
-- file: 002_refresh.sql {irreversible: a refresh has no way back}
REFRESH MATERIALIZED VIEW totals;
