-- differs: missing: grant view public.good_leads to pg_monitor

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE VIEW good_leads AS SELECT id FROM leads WHERE score > 5;
GRANT SELECT ON good_leads TO pg_monitor;

-- migration
DROP VIEW good_leads;

-- rollback
CREATE VIEW good_leads AS SELECT id FROM leads WHERE score > 5;
