-- differs: missing: statistics public.leads_both

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE STATISTICS leads_both (dependencies) ON email, score FROM leads;

-- migration
ALTER TABLE leads DROP COLUMN score;

-- rollback
ALTER TABLE leads ADD COLUMN score int DEFAULT 0;
