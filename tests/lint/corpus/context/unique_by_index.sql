-- expect: never LK101 LK204 TX101 ID101 ID104 ID105 RB103 RB111
-- why: recipe in one unit: the second statement is instant, and a second run does nothing
-- file: 001_users.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, email text);
-- file: 002_unique.sql {transaction: false}
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email_key ON users (email);
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'users_email_key' AND conrelid = 'users'::regclass) THEN
        ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;
    END IF;
END
$$;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS users DROP CONSTRAINT IF EXISTS users_email_key;
DROP INDEX CONCURRENTLY IF EXISTS users_email_key;
