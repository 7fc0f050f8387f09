-- expect: SU103
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_index.sql
-- surefoot: allow index-not-concurrent
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_002.sql
DROP INDEX IF EXISTS orders_customer;
