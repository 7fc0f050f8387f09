-- expect: SD105@5
-- why: deleting a customer with orders fails
-- file: 001_tables.sql
CREATE TABLE IF NOT EXISTS customers (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS orders (
    id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE SET NULL
);
CREATE INDEX IF NOT EXISTS orders_customer_id ON orders (customer_id);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
DROP TABLE IF EXISTS customers;
