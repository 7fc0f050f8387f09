-- expect: LK101@7
-- file: 001_orders.sql {transaction: false}
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
COPY orders (id, customer) FROM stdin;
1	DROP TABLE orders;
\.
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
