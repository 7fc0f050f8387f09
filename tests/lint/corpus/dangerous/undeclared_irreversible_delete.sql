-- expect: RB201
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, active boolean);
-- file: 002_purge.sql
DELETE FROM users WHERE NOT active;
-- file: rollback_002.sql
UPDATE users SET active = true WHERE NOT active;
