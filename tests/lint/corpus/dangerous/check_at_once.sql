-- expect: LK203@7
-- why: the table is scanned under ACCESS EXCLUSIVE
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, amount numeric(12, 2));
-- file: 002_check.sql
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_amount_positive;
ALTER TABLE orders ADD CONSTRAINT orders_amount_positive CHECK (amount > 0);
-- file: rollback_002.sql
ALTER TABLE IF EXISTS orders DROP CONSTRAINT IF EXISTS orders_amount_positive;
