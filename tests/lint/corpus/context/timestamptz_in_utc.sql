-- expect: never LK304
-- why: under UTC the values are the same: no rewrite from PostgreSQL 12 on
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, placed_at timestamp);
-- file: 002_zone.sql {irreversible: times are instants from now on}
SET LOCAL timezone = 'UTC';
ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz;
