-- expect: LK304@6
-- why: USING computes a value for each row: a rewrite, even in UTC
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, placed_at timestamp);
-- file: 002_zone.sql
ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz USING placed_at AT TIME ZONE 'UTC';
