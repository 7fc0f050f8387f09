-- expect: TX110@6
-- why: SET LOCAL outside a transaction is a warning and nothing else
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_index.sql {transaction: false}
SET LOCAL statement_timeout = 0;
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_002.sql
DROP INDEX CONCURRENTLY IF EXISTS orders_customer;
