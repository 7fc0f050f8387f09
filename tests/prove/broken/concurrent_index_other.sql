-- differs: changed: index public.leads_score_idx
-- transaction: false

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE INDEX leads_score_idx ON leads (score, id);

-- migration
DROP INDEX CONCURRENTLY IF EXISTS leads_score_idx;

-- rollback
CREATE INDEX CONCURRENTLY IF NOT EXISTS leads_score_idx ON leads (score);
