-- expect: nothing
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status text NOT NULL DEFAULT 'open');
-- file: 002_default.sql
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new';
-- file: rollback_002.sql
ALTER TABLE IF EXISTS orders ALTER COLUMN status SET DEFAULT 'open';
