-- expect: AN103@4
-- fails: 42701
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, note text, note text);
