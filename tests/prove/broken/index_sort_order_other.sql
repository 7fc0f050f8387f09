-- differs: changed: index public.leads_by_score

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE INDEX leads_by_score ON leads (score DESC);

-- migration
DROP INDEX leads_by_score;

-- rollback
CREATE INDEX leads_by_score ON leads (score);
