-- expect: TX105@4
-- why: the connection stays in a transaction, and all of it is lost
-- file: 001_orders.sql {transaction: false}
BEGIN;
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
