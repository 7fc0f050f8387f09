-- expect: RB111@8
-- why: forward takes care of writers, back closes the table
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_index.sql {transaction: false}
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_002.sql
DROP INDEX IF EXISTS orders_customer;
