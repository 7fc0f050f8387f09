-- expect: DL103@6
-- file: 001_app.sql
CREATE SCHEMA IF NOT EXISTS app;
CREATE TABLE IF NOT EXISTS app.orders (id bigint PRIMARY KEY);
-- file: 002_drop.sql {irreversible: the application was replaced}
DROP SCHEMA IF EXISTS app CASCADE;
