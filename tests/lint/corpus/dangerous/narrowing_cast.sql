-- expect: DL201@6 LK304@6
-- why: values that do not fit make it fail; it rewrites as well
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, quantity bigint);
-- file: 002_smaller.sql
ALTER TABLE orders ALTER COLUMN quantity TYPE integer;
