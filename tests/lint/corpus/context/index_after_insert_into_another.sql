-- expect: never LK101
-- why: rows of another table do not matter
-- file: 001_orders.sql {transaction: false}
CREATE TABLE IF NOT EXISTS kinds (name text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
INSERT INTO kinds (name) VALUES ('a') ON CONFLICT DO NOTHING;
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
DROP TABLE IF EXISTS kinds;
