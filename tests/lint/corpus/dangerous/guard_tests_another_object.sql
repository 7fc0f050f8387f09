-- expect: ID202@4
-- why: the guard asks for users, the block makes orders
-- file: 001_guard.sql
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'customer_status') THEN
        CREATE TYPE order_status AS ENUM ('open', 'paid');
    END IF;
END
$$;
-- file: rollback_001.sql
DROP TYPE IF EXISTS order_status;
