-- expect: LK304@6
-- why: another width on disk: the table is rewritten under ACCESS EXCLUSIVE
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id integer PRIMARY KEY, note text);
-- file: 002_wider.sql
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
