-- expect: LK304@6 LK208@6
-- why: one harmless command in an ALTER TABLE does not excuse the other
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id integer PRIMARY KEY, note text);
-- file: 002_both.sql
ALTER TABLE orders
    ADD COLUMN IF NOT EXISTS hint text,
    ALTER COLUMN note SET NOT NULL,
    ALTER COLUMN id TYPE bigint;
