-- expect: LK208@6 never AN101
-- why: the text is a constant, so it is judged as if it stood there
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_not_null.sql
DO $$
BEGIN
    EXECUTE 'ALTER TABLE orders ALTER COLUMN customer SET NOT NULL';
END
$$;
-- file: rollback_002.sql
ALTER TABLE IF EXISTS orders ALTER COLUMN customer DROP NOT NULL;
