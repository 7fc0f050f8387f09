-- differs: changed: table public.leads

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
ALTER TABLE leads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- migration
ALTER TABLE leads DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- rollback
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
