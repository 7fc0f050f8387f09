-- expect: LK306@6
-- why: a rewrite under ACCESS EXCLUSIVE
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_cluster.sql {irreversible: nothing changes but the storage}
CLUSTER orders USING orders_pkey;
