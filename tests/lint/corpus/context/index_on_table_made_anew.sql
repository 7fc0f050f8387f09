-- expect: never LK101
-- why: the table of 001 is gone; what is indexed is a new, empty one
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_anew.sql {irreversible: orders begin anew}
DROP TABLE IF EXISTS orders;
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, client text);
CREATE INDEX IF NOT EXISTS orders_client ON orders (client);
