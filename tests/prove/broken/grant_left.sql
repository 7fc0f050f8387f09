-- differs: extra: grant table public.leads to pg_monitor

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
GRANT SELECT, INSERT ON leads TO pg_monitor;

-- rollback
REVOKE INSERT ON leads FROM pg_monitor;
