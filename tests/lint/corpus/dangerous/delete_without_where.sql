-- expect: DM102@5
-- file: 001_sessions.sql
CREATE TABLE IF NOT EXISTS sessions (id bigint PRIMARY KEY);
-- file: 002_log_out.sql {irreversible: everybody logs in again}
DELETE FROM sessions;
