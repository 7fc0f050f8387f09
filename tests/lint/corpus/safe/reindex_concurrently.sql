-- expect: nothing
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_reindex.sql {transaction: false, irreversible: nothing changes but the storage}
REINDEX TABLE CONCURRENTLY orders;
