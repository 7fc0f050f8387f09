-- differs: missing: constraint public.notes.notes_lead_id_fkey

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE TABLE notes (lead_id bigint REFERENCES leads);

-- migration
ALTER TABLE notes DROP COLUMN lead_id;

-- rollback
ALTER TABLE notes ADD COLUMN lead_id bigint;
