-- differs: changed: constraint public.leads.leads_score_check; constraint that is not validated

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
ALTER TABLE leads ADD CONSTRAINT leads_score_check CHECK (score >= 0);

-- migration
ALTER TABLE leads DROP CONSTRAINT leads_score_check;

-- rollback
ALTER TABLE leads ADD CONSTRAINT leads_score_check CHECK (score >= 0) NOT VALID;
