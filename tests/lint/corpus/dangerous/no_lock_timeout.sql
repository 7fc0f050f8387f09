-- expect: TX301
-- why: 0 waits for ever; while ALTER TABLE waits for its lock, all others wait behind it
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_note.sql
SET LOCAL lock_timeout = 0;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS orders DROP COLUMN IF EXISTS note;
