-- fails: missing: rule public.leads.keep_leads

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE RULE keep_leads AS ON DELETE TO leads DO INSTEAD NOTHING;

-- migration
DROP RULE keep_leads ON leads;

-- rollback
SELECT 1;
