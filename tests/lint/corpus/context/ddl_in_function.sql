-- expect: DL105@6
-- why: the body is read, like a block
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_function.sql
CREATE OR REPLACE FUNCTION rebuild() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE orders;
END
$$;
SELECT rebuild();
-- file: rollback_002.sql
DROP FUNCTION IF EXISTS rebuild();
