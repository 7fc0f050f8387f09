-- differs: extra: index public.leads_score_idx
-- transaction: false

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
CREATE INDEX CONCURRENTLY IF NOT EXISTS leads_score_idx ON leads (score);

-- rollback
DROP INDEX CONCURRENTLY IF EXISTS leads_score_index;
