-- expect: never LK101 AN101
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'orders_customer') THEN
        CREATE INDEX orders_customer ON orders (customer);
    END IF;
END
$$;
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
