-- fails: missing: policy public.leads.leads_read

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
CREATE POLICY leads_read ON leads FOR SELECT USING (true);

-- migration
DROP POLICY leads_read ON leads;
CREATE POLICY leads_strict ON leads FOR SELECT USING (score > 0);

-- rollback
DROP POLICY leads_strict ON leads;
