-- expect: TX101@8 TX103
-- why: the one statement must not run in a transaction, the others should
-- fails: 25001
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_mixed.sql
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_note ON orders (note);
