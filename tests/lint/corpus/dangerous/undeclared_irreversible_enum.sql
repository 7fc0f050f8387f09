-- expect: RB201
-- why: a label cannot be removed: the rollback does not undo it
-- file: 001_status.sql
CREATE TYPE order_status AS ENUM ('open', 'paid');
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status order_status);
-- file: 002_refunded.sql
ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'refunded';
-- file: rollback_002.sql
UPDATE orders SET status = 'open' WHERE status = 'refunded';
