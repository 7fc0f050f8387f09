-- expect: SE103@7
-- why: a policy means nothing until row level security is on
-- project: {platform: supabase}
-- file: 001_notes.sql
CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY, owner uuid);
DROP POLICY IF EXISTS "owners read" ON notes;
CREATE POLICY "owners read" ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = owner);
-- file: rollback_001.sql
DROP TABLE IF EXISTS notes;
