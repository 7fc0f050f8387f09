-- expect: LK307@6
-- why: an explicit lock to the end of the migration
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, note text);
-- file: 002_note.sql
LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS hint text;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS orders DROP COLUMN IF EXISTS hint;
