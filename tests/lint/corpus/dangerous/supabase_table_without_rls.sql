-- expect: SE101@5
-- why: whoever has the public key reads and writes it
-- project: {platform: supabase}
-- file: 001_notes.sql
CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY, body text);
-- file: rollback_001.sql
DROP TABLE IF EXISTS notes;
