-- expect: RB106
-- fails: 2BP01
-- file: 001_orders.sql
DO $$ BEGIN
    CREATE TYPE order_status AS ENUM ('open', 'paid');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, status order_status);
-- file: rollback_001.sql
DROP TYPE IF EXISTS order_status;
DROP TABLE IF EXISTS orders;
