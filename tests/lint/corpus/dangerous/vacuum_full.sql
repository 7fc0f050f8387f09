-- expect: LK306@6
-- why: a rewrite under ACCESS EXCLUSIVE
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_vacuum.sql {transaction: false, irreversible: nothing changes but the storage}
VACUUM (FULL, ANALYZE) orders;
