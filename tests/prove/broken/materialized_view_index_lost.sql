-- differs: missing: index public.totals_key

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE MATERIALIZED VIEW totals AS SELECT score, count(*) FROM leads GROUP BY 1;
CREATE UNIQUE INDEX totals_key ON totals (score);

-- migration
DROP MATERIALIZED VIEW totals;

-- rollback
CREATE MATERIALIZED VIEW totals AS SELECT score, count(*) FROM leads GROUP BY 1;
