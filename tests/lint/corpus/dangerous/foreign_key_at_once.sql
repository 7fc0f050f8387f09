-- expect: LK201@9
-- why: both tables are closed to writes while every row is looked up
-- file: 001_tables.sql
CREATE TABLE IF NOT EXISTS customers (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer_id bigint);
CREATE INDEX IF NOT EXISTS orders_customer_id ON orders (customer_id);
-- file: 002_foreign_key.sql
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_customer_fk;
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id);
-- file: rollback_002.sql
ALTER TABLE IF EXISTS orders DROP CONSTRAINT IF EXISTS orders_customer_fk;
