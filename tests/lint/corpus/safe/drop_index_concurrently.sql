-- expect: nothing
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: 002_drop.sql {transaction: false}
DROP INDEX CONCURRENTLY IF EXISTS orders_customer;
-- file: rollback_002.sql
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer ON orders (customer);
