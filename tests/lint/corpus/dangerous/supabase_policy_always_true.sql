-- expect: SE104@8
-- why: every user writes every row
-- project: {platform: supabase}
-- file: 001_notes.sql
CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "anyone writes" ON notes;
CREATE POLICY "anyone writes" ON notes FOR ALL USING (true) WITH CHECK (true);
-- file: rollback_001.sql
DROP TABLE IF EXISTS notes;
