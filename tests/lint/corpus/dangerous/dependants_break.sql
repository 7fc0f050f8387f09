-- expect: BC205@8
-- why: a view still shows the column
-- fails: 2BP01
-- file: 001_members.sql
CREATE TABLE IF NOT EXISTS members (id bigint PRIMARY KEY, nickname text);
CREATE OR REPLACE VIEW names WITH (security_invoker = true) AS SELECT nickname FROM members;
-- file: 002_drop.sql {irreversible: nicknames are not wanted}
ALTER TABLE members DROP COLUMN IF EXISTS nickname;
