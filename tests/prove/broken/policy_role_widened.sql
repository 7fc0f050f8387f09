-- differs: changed: policy public.leads.leads_read

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
CREATE POLICY leads_read ON leads FOR SELECT TO pg_monitor USING (true);

-- migration
DROP POLICY leads_read ON leads;

-- rollback
CREATE POLICY leads_read ON leads FOR SELECT USING (true);
