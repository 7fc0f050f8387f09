-- expect: nothing
-- file: 001_orders.sql
DO $$ BEGIN
    CREATE TYPE order_status AS ENUM ('open', 'paid');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END $$;
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status order_status NOT NULL DEFAULT 'open');
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
DROP TYPE IF EXISTS order_status;
