-- expect: LK304@7
-- why: outside UTC each value is another instant
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, placed_at timestamp);
-- file: 002_zone.sql
SET LOCAL timezone = 'Europe/Berlin';
ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz;
