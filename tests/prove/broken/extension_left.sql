-- differs: extra: extension pg_trgm

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX leads_email_trgm ON leads USING gin (email gin_trgm_ops);

-- rollback
DROP INDEX leads_email_trgm;
