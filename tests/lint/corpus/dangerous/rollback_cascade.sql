-- expect: RB107@5
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders CASCADE;
