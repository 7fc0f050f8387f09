-- expect: never LK208
-- why: nothing is scanned for what the column says already
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text NOT NULL);
-- file: 002_required.sql {irreversible: nothing changes}
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
