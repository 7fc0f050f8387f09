-- expect: nothing
-- file: 001_users.sql
SAVEPOINT before_users;
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
RELEASE SAVEPOINT before_users;
-- file: rollback_001.sql
DROP TABLE IF EXISTS users;
