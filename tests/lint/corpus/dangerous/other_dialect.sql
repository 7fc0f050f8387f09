-- expect: AN102@5
-- why: MySQL's words
-- fails: 42601
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint AUTO_INCREMENT PRIMARY KEY);
