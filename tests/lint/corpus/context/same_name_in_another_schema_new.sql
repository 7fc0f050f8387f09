-- expect: never LK101 ID201 RB105
-- file: 001_app.sql
CREATE SCHEMA IF NOT EXISTS app;
CREATE TABLE IF NOT EXISTS app.orders (id bigint PRIMARY KEY, customer text);
-- file: 002_orders.sql
CREATE TABLE IF NOT EXISTS public.orders (id bigint PRIMARY KEY, client text);
CREATE INDEX IF NOT EXISTS orders_client ON orders (client);
-- file: rollback_002.sql
DROP TABLE IF EXISTS public.orders;
