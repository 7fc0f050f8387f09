-- expect: TX102@6
-- fails: 25001
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_vacuum.sql {irreversible: nothing changes but the storage}
VACUUM orders;
