-- expect: SD103@7
-- why: the primary key has this index already
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: 002_again.sql {transaction: false}
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_by_customer ON orders (customer);
-- file: rollback_002.sql
DROP INDEX CONCURRENTLY IF EXISTS orders_by_customer;
