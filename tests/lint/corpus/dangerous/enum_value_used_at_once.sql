-- expect: TX107@8
-- fails: 55P04
-- file: 001_orders.sql
CREATE TYPE order_status AS ENUM ('open', 'paid');
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status order_status);
-- file: 002_refunded.sql {irreversible: an enum label cannot be removed}
ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'refunded';
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'refunded';
