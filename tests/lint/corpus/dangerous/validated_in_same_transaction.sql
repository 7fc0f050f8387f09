-- expect: TX106@8
-- why: the scan runs under the lock that NOT VALID was to keep short
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, amount numeric(12, 2));
-- file: 002_check.sql
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_amount_positive;
ALTER TABLE orders ADD CONSTRAINT orders_amount_positive CHECK (amount > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_amount_positive;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS orders DROP CONSTRAINT IF EXISTS orders_amount_positive;
