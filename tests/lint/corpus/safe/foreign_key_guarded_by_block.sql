-- expect: nothing
-- file: 001_tables.sql
CREATE TABLE IF NOT EXISTS customers (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer_id bigint);
CREATE INDEX IF NOT EXISTS orders_customer_id ON orders (customer_id);
-- file: 002_foreign_key.sql
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_constraint WHERE conname = 'orders_customer_fk' AND conrelid = 'public.orders'::regclass
    ) THEN
        ALTER TABLE public.orders
            ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES public.customers (id) NOT VALID;
    END IF;
END
$$;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS public.orders DROP CONSTRAINT IF EXISTS orders_customer_fk;
