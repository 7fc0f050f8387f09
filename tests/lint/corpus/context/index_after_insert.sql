-- expect: LK101@6
-- why: outside a transaction the new table is seen by all, and it has rows
-- file: 001_orders.sql {transaction: false}
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
INSERT INTO orders (id, customer) VALUES (1, 'x') ON CONFLICT DO NOTHING;
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
