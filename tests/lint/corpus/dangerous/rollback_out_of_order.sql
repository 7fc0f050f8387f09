-- expect: RB106
-- why: the parent cannot go before the child
-- fails: 2BP01
-- file: 001_tables.sql
CREATE TABLE IF NOT EXISTS customers (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));
CREATE INDEX IF NOT EXISTS orders_customer_id ON orders (customer_id);
-- file: rollback_001.sql
DROP TABLE IF EXISTS customers;
DROP TABLE IF EXISTS orders;
