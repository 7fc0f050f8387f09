-- expect: never LK101 LK203 LK208
-- why: ORDERS, "orders" and public.Orders are one table, and it is new
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS ORDERS (id bigint PRIMARY KEY, customer text);
CREATE INDEX IF NOT EXISTS orders_customer ON "orders" (customer);
ALTER TABLE public.Orders ALTER COLUMN Customer SET NOT NULL;
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
