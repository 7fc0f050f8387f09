-- expect: AN107@6
-- fails: 42P01
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_note.sql
ALTER TABLE order_lines ADD COLUMN IF NOT EXISTS note text;
