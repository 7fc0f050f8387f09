-- expect: DM301@6
-- why: duplicates make the build fail and leave an invalid index
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
-- file: 002_unique_email.sql {transaction: false}
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users (email);
-- file: rollback_002.sql
DROP INDEX CONCURRENTLY IF EXISTS users_email;
