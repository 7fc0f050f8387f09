-- differs: changed: trigger public.leads.touched

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION touch();

-- migration
UPDATE leads SET score = 1;

-- rollback
ALTER TABLE leads DISABLE TRIGGER touched;
UPDATE leads SET score = 0;
