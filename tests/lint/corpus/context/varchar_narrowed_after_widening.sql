-- expect: LK304@8 DL201@8
-- why: the type of now is that of 002
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, name varchar(50));
-- file: 002_longer.sql
ALTER TABLE users ALTER COLUMN name TYPE varchar(200);
-- file: 003_shorter.sql
ALTER TABLE users ALTER COLUMN name TYPE varchar(100);
