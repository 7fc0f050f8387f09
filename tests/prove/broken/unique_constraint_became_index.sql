-- fails: missing: constraint public.leads.leads_email_key

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
ALTER TABLE leads ADD CONSTRAINT leads_email_key UNIQUE (email);

-- migration
ALTER TABLE leads DROP CONSTRAINT leads_email_key;

-- rollback
CREATE UNIQUE INDEX leads_email_key ON leads (email);
