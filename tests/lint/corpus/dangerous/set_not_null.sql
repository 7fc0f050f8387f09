-- expect: LK208@6
-- why: without a validated CHECK the table is scanned under ACCESS EXCLUSIVE
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
-- file: 002_required.sql
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users ALTER COLUMN email DROP NOT NULL;
