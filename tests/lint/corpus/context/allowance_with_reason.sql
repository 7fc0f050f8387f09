-- expect: never LK101 SU102 SU103
-- why: what is allowed with a reason is not found
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_index.sql
-- surefoot: allow index-not-concurrent: the table has 40 rows
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_002.sql
DROP INDEX IF EXISTS orders_customer;
