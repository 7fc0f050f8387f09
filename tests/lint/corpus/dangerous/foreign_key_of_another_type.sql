-- expect: SD104@5
-- why: it works until an id no longer fits
-- file: 001_tables.sql
CREATE TABLE IF NOT EXISTS customers (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS orders (
    id bigint PRIMARY KEY, customer_id integer REFERENCES customers (id)
);
CREATE INDEX IF NOT EXISTS orders_customer_id ON orders (customer_id);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
DROP TABLE IF EXISTS customers;
