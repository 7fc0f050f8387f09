-- expect: never LK108
-- why: the runner drops an invalid index before it builds it again
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name text);
-- file: 002_index.sql {transaction: false}
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name);
-- file: rollback_002.sql
DROP INDEX CONCURRENTLY IF EXISTS users_name;
