-- expect: DM101@5
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, active boolean);
-- file: 002_active.sql {irreversible: what was there before is not kept}
UPDATE users SET active = true;
