-- differs: extra: default privileges TABLES of postgres in public to pg_monitor

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;

-- rollback
SELECT 1;
