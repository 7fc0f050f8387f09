-- expect: AN101@6
-- why: what runs cannot be known from the file
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
-- file: 002_all_tables.sql {irreversible: it changes owners only}
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO CURRENT_USER', t.tablename);
    END LOOP;
END
$$;
