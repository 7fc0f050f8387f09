-- expect: LK101@6
-- why: a DO block runs what it holds
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_index.sql
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'orders_customer') THEN
        CREATE INDEX orders_customer ON orders (customer);
    END IF;
END
$$;
-- file: rollback_002.sql
DROP INDEX IF EXISTS orders_customer;
