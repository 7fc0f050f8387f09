-- expect: AN106@4
-- why: virtual generated columns are of PostgreSQL 18
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, a bigint, b bigint GENERATED ALWAYS AS (a * 2) VIRTUAL);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
