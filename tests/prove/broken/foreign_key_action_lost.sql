-- differs: changed: constraint public.notes.notes_lead_id_fkey

-- before
CREATE TABLE leads (id bigint PRIMARY KEY, email text NOT NULL, score int DEFAULT 0);
CREATE TABLE notes (lead_id bigint REFERENCES leads ON DELETE CASCADE);

-- migration
ALTER TABLE notes DROP CONSTRAINT notes_lead_id_fkey;

-- rollback
ALTER TABLE notes ADD CONSTRAINT notes_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES leads;
