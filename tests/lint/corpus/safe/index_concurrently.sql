-- expect: nothing
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_index.sql {transaction: false}
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_002.sql
DROP INDEX CONCURRENTLY IF EXISTS orders_customer;
