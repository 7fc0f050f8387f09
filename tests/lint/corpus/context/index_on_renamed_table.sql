-- expect: LK101@10 never LK109
-- why: history follows a renaming: the old rows are in purchases, orders is new
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_rename.sql
ALTER TABLE orders RENAME TO purchases;
-- file: 003_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
CREATE INDEX IF NOT EXISTS purchases_customer ON purchases (customer);
-- file: rollback_003.sql
DROP INDEX IF EXISTS purchases_customer;
DROP TABLE IF EXISTS orders;
