-- expect: SE102
-- why: nobody but the service reads a row
-- project: {platform: supabase}
-- file: 001_notes.sql
CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
-- file: rollback_001.sql
DROP TABLE IF EXISTS notes;
