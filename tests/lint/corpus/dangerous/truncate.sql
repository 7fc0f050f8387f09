-- expect: DL105@5
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_truncate.sql {irreversible: the rows are not wanted}
TRUNCATE orders RESTART IDENTITY;
