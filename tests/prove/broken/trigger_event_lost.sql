-- differs: changed: trigger public.leads.touched

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE INSERT OR UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION touch();

-- migration
DROP TRIGGER touched ON leads;

-- rollback
CREATE TRIGGER touched BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION touch();
