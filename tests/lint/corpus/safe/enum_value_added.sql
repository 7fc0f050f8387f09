-- expect: nothing
-- file: 001_orders.sql
CREATE TYPE order_status AS ENUM ('open', 'paid');
-- file: 002_refunded.sql {irreversible: an enum label cannot be removed}
ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'refunded' AFTER 'paid';
