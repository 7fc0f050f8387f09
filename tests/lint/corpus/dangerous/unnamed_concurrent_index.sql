-- expect: ID105@6
-- why: without a name there is no IF NOT EXISTS, and each retry builds one more
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name text);
-- file: 002_index.sql {transaction: false}
CREATE INDEX CONCURRENTLY ON users (name);
-- file: rollback_002.sql
DROP INDEX CONCURRENTLY IF EXISTS users_name_idx;
