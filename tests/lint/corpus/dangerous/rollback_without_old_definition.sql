-- expect: RB108
-- why: the default of before is not put back
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status text DEFAULT 'open');
-- file: 002_default.sql
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new';
-- file: rollback_002.sql
ALTER TABLE IF EXISTS orders ALTER COLUMN status DROP DEFAULT;
