-- differs: changed: index public.leads_open

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE INDEX leads_open ON leads (email) WHERE score > 0;

-- migration
DROP INDEX leads_open;

-- rollback
CREATE INDEX leads_open ON leads (email);
