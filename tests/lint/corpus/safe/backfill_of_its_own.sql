-- expect: nothing
-- why: rows are changed apart from the schema, and only those that need it
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name text, slug text);
-- file: 002_slugs.sql {irreversible: empty slugs are not wanted back}
UPDATE users SET slug = lower(name) WHERE slug IS NULL AND id BETWEEN 1 AND 10000;
