-- expect: AN106@4
-- project: {postgres: 14}
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (
    id bigint PRIMARY KEY, email text, CONSTRAINT users_email_key UNIQUE NULLS NOT DISTINCT (email)
);
-- file: rollback_001.sql
DROP TABLE IF EXISTS users;
