-- expect: LK304@7
-- why: each value is cast: a rewrite
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status text);
CREATE TYPE order_status AS ENUM ('open', 'paid');
-- file: 002_enum.sql
ALTER TABLE orders ALTER COLUMN status TYPE order_status USING status::order_status;
