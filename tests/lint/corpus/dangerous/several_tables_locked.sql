-- expect: LK402
-- why: two tables closed at once: whoever takes them in the other order deadlocks
-- file: 001_tables.sql
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_notes.sql
ALTER TABLE users ADD COLUMN IF NOT EXISTS note text;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS orders DROP COLUMN IF EXISTS note;
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS note;
