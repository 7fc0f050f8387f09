-- expect: LK305@6
-- why: the table is rewritten, and is empty after a crash
-- file: 001_cache.sql
CREATE TABLE IF NOT EXISTS cache (key text PRIMARY KEY, value jsonb);
-- file: 002_unlogged.sql
ALTER TABLE cache SET UNLOGGED;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS cache SET LOGGED;
