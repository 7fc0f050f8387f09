-- expect: nothing
-- file: 001_customers.sql
CREATE TABLE IF NOT EXISTS customers (id bigint PRIMARY KEY);
-- file: 002_orders.sql
CREATE TABLE IF NOT EXISTS orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL CONSTRAINT orders_customer_fk REFERENCES customers (id)
);
CREATE INDEX IF NOT EXISTS orders_customer_id ON orders (customer_id);
-- file: rollback_002.sql
DROP TABLE IF EXISTS orders;
