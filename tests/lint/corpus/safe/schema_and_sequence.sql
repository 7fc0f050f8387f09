-- expect: nothing
-- file: 001_billing.sql
CREATE SCHEMA IF NOT EXISTS billing;
CREATE SEQUENCE IF NOT EXISTS billing.invoice_number AS bigint START WITH 1000;
CREATE TABLE IF NOT EXISTS billing.invoices (
    id bigint PRIMARY KEY DEFAULT nextval('billing.invoice_number'), "dueDate" timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS "invoices_dueDate" ON billing.invoices ("dueDate");
-- file: rollback_001.sql
DROP TABLE IF EXISTS billing.invoices;
DROP SEQUENCE IF EXISTS billing.invoice_number;
DROP SCHEMA IF EXISTS billing;
