-- expect: LK101@7
-- why: "Orders" is the old table, orders the new one
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS "Orders" (id bigint PRIMARY KEY, customer text);
-- file: 002_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
CREATE INDEX IF NOT EXISTS old_customer ON "Orders" (customer);
-- file: rollback_002.sql
DROP INDEX IF EXISTS old_customer;
DROP TABLE IF EXISTS orders;
