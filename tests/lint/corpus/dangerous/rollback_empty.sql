-- expect: RB102
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: rollback_001.sql
-- nothing so far
SELECT 'to be written';
