-- expect: never LK208
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint, email text, CONSTRAINT users_pkey PRIMARY KEY (id));
-- file: 002_required.sql {irreversible: nothing changes}
ALTER TABLE users ALTER COLUMN id SET NOT NULL;
