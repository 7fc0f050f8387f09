-- expect: RB104@9
-- why: customers was there before this migration
-- file: 001_customers.sql
CREATE TABLE IF NOT EXISTS customers (id bigint PRIMARY KEY);
-- file: 002_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: rollback_002.sql
DROP TABLE IF EXISTS orders;
DROP TABLE IF EXISTS customers;
