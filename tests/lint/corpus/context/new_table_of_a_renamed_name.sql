-- expect: never LK101
-- why: the other half of the case above
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_rename.sql
ALTER TABLE orders RENAME TO purchases;
-- file: 003_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_003.sql
DROP TABLE IF EXISTS orders;
