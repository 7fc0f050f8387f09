-- expect: BC308@8
-- why: CREATE OR REPLACE VIEW may only add columns at the end
-- fails: 42P16
-- file: 001_recent.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, note text);
CREATE OR REPLACE VIEW recent WITH (security_invoker = true) AS SELECT id, note FROM orders;
-- file: 002_recent.sql
CREATE OR REPLACE VIEW recent WITH (security_invoker = true) AS SELECT id FROM orders;
