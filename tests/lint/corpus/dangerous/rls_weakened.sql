-- expect: SE203@8
-- why: all rows are open to whoever may read the table
-- file: 001_notes.sql
CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
-- file: 002_open.sql
ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS notes ENABLE ROW LEVEL SECURITY;
