-- differs: missing: table public.leads

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);

-- migration
CREATE TABLE lead_notes (id int);

-- rollback
DROP TABLE lead_notes;
DROP TABLE leads;
