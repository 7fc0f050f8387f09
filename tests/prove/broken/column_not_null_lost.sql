-- differs: changed: column public.leads.email

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
ALTER TABLE leads ALTER COLUMN email DROP NOT NULL;

-- rollback
SELECT 1;
