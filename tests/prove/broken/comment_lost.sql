-- differs: missing: comment column public.leads.score

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
COMMENT ON COLUMN leads.score IS 'from 0 to 9';

-- migration
ALTER TABLE leads DROP COLUMN score;

-- rollback
ALTER TABLE leads ADD COLUMN score int DEFAULT 0;
