-- fails: extra: schema billing; schema "billing" already exists

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id int);

-- rollback
DROP TABLE billing.invoices;
