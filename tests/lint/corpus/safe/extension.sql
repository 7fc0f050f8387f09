-- expect: nothing
-- file: 001_trigrams.sql
CREATE EXTENSION IF NOT EXISTS pg_trgm;
-- file: rollback_001.sql
DROP EXTENSION IF EXISTS pg_trgm;
