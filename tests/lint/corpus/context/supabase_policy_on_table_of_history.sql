-- expect: never SE101 SE102 SE103 SE105
-- why: row level security was switched on by 001
-- project: {platform: supabase}
-- file: 001_notes.sql
CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY, owner uuid);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
-- file: 002_policy.sql
DROP POLICY IF EXISTS "owners read" ON notes;
CREATE POLICY "owners read" ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = owner);
-- file: rollback_002.sql
DROP POLICY IF EXISTS "owners read" ON notes;
