-- expect: nothing
-- why: more digits before the point, as many after it: no rewrite
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, amount numeric(10, 2), weight numeric(8, 3));
-- file: 002_larger.sql {irreversible: larger amounts may have been stored}
ALTER TABLE orders ALTER COLUMN amount TYPE numeric(14, 2), ALTER COLUMN weight TYPE numeric;
