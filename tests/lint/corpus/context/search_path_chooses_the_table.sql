-- expect: LK101@9
-- why: under this search_path orders is app.orders, which is old
-- file: 001_app.sql
CREATE SCHEMA IF NOT EXISTS app;
CREATE TABLE IF NOT EXISTS app.orders (id bigint PRIMARY KEY, customer text);
-- file: 002_orders.sql
CREATE TABLE IF NOT EXISTS public.orders (id bigint PRIMARY KEY, customer text);
SET LOCAL search_path = app;
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_002.sql
DROP INDEX IF EXISTS app.orders_customer;
DROP TABLE IF EXISTS public.orders;
