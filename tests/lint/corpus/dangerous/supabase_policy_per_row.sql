-- expect: SE105@8
-- why: auth.uid() is called for each row, unless a SELECT makes it one value
-- project: {platform: supabase}
-- file: 001_notes.sql
CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY, owner uuid);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "owners read" ON notes;
CREATE POLICY "owners read" ON notes FOR SELECT TO authenticated USING (auth.uid() = owner);
-- file: rollback_001.sql
DROP TABLE IF EXISTS notes;
