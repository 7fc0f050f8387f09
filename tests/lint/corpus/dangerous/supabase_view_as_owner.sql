-- expect: SE107@10
-- why: the view reads with the rights of its owner, past row level security
-- project: {platform: supabase}
-- file: 001_notes.sql
CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY, owner uuid);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "owners read" ON notes;
CREATE POLICY "owners read" ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = owner);
-- file: 002_view.sql
CREATE OR REPLACE VIEW all_notes AS SELECT id FROM notes;
-- file: rollback_002.sql
DROP VIEW IF EXISTS all_notes;
