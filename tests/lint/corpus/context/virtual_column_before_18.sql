-- expect: AN106@7
-- why: the same statement is no syntax of PostgreSQL 17
-- project: {postgres: 17}
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, net numeric(12, 2));
-- file: 002_gross.sql
ALTER TABLE orders ADD COLUMN IF NOT EXISTS gross numeric(14, 4) GENERATED ALWAYS AS (net * 1.2) VIRTUAL;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS orders DROP COLUMN IF EXISTS gross;
