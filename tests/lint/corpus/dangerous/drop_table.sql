-- expect: DL101@6
-- why: the rows are gone, and old code still asks for them
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_drop.sql {irreversible: the table was replaced}
DROP TABLE IF EXISTS orders;
