-- expect: RB105
-- why: IF NOT EXISTS found the table of 001; the rollback takes it away
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_orders_again.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: rollback_002.sql
DROP TABLE IF EXISTS orders;
