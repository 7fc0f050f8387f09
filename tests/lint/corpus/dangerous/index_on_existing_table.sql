-- expect: LK101@6
-- why: writes to the table wait until the index is built
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text, placed_at timestamptz);
-- file: 002_index.sql
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_002.sql
DROP INDEX IF EXISTS orders_customer;
