-- expect: LK101@8
-- why: public.orders is new, app.orders is not
-- file: 001_app.sql
CREATE SCHEMA IF NOT EXISTS app;
CREATE TABLE IF NOT EXISTS app.orders (id bigint PRIMARY KEY, customer text);
-- file: 002_orders.sql
CREATE TABLE IF NOT EXISTS public.orders (id bigint PRIMARY KEY, customer text);
CREATE INDEX IF NOT EXISTS orders_customer ON app.orders (customer);
-- file: rollback_002.sql
DROP INDEX IF EXISTS app.orders_customer;
DROP TABLE IF EXISTS public.orders;
