-- expect: LK101@6 LK101@7
-- why: an expression, another access method or a WHERE change nothing about the lock
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, note text, details jsonb, paid boolean);
-- file: 002_index.sql
CREATE INDEX IF NOT EXISTS orders_details ON public.orders USING gin (details jsonb_path_ops);
CREATE INDEX IF NOT EXISTS orders_note ON orders (lower(note)) WHERE NOT paid;
