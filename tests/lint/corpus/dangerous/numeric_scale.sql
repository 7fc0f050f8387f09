-- expect: LK304@6
-- why: another scale is another value on disk, though the precision grows
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, amount numeric(10, 2));
-- file: 002_scale.sql
ALTER TABLE orders ALTER COLUMN amount TYPE numeric(14, 4);
