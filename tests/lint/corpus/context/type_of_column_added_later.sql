-- expect: LK304@9
-- why: the old type is that of the column which 002 added after 001 had another of the name
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, age text);
-- file: 002_age.sql
ALTER TABLE users DROP COLUMN age;
ALTER TABLE users ADD COLUMN age smallint;
-- file: 003_wider.sql
ALTER TABLE users ALTER COLUMN age TYPE integer;
