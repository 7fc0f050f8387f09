-- expect: AN102@4
-- fails: 42601
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY,);
