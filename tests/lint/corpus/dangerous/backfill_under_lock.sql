-- expect: LK401@7 DM103@7
-- why: readers wait for the UPDATE of all rows, since ALTER TABLE holds ACCESS EXCLUSIVE to the end
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name text);
-- file: 002_slug.sql
ALTER TABLE users ADD COLUMN IF NOT EXISTS slug text;
UPDATE users SET slug = lower(name) WHERE slug IS NULL;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS slug;
