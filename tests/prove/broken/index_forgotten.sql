-- fails: extra: index public.leads_email_idx; relation "leads_email_idx" already exists

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
ALTER TABLE leads ADD COLUMN phone text;
CREATE INDEX leads_email_idx ON leads (email);

-- rollback
ALTER TABLE leads DROP COLUMN phone;
