-- expect: LK103@7 LK103@8
-- why: writes wait for a REINDEX of the table, reads for that of an index they use
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: 002_reindex.sql {irreversible: nothing changes but the storage}
REINDEX INDEX orders_customer;
REINDEX (VERBOSE) TABLE orders;
