-- expect: never TX107
-- why: the label was committed before
-- file: 001_status.sql
CREATE TYPE order_status AS ENUM ('open', 'paid');
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status order_status DEFAULT 'open');
-- file: 002_refunded.sql
ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'refunded';
-- file: 003_default.sql
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'refunded';
-- file: rollback_003.sql
ALTER TABLE IF EXISTS orders ALTER COLUMN status SET DEFAULT 'open';
