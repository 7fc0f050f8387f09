-- expect: never LK101
-- why: the same statements in another order
-- file: 001_orders.sql {transaction: false}
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
INSERT INTO orders (id, customer) VALUES (1, 'x') ON CONFLICT DO NOTHING;
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
