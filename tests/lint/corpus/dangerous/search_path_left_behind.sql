-- expect: TX109@5
-- why: what runs later on this connection finds other tables
-- file: 001_app.sql
CREATE SCHEMA IF NOT EXISTS app;
SET search_path = app;
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: rollback_001.sql
DROP TABLE IF EXISTS app.orders;
DROP SCHEMA IF EXISTS app;
