-- expect: LK102@7
-- why: DROP INDEX takes ACCESS EXCLUSIVE on the table
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: 002_drop_index.sql
DROP INDEX IF EXISTS orders_customer;
-- file: rollback_002.sql
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
