-- differs: changed: table public.leads

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
ALTER TABLE leads SET UNLOGGED;

-- rollback
SELECT 1;
