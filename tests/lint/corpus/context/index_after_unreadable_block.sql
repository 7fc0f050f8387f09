-- expect: AN101@5 LK101@12
-- why: whatever the block runs may have filled the table
-- file: 001_orders.sql {transaction: false}
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
DO $$
DECLARE
    command text := (SELECT 'INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING');
BEGIN
    EXECUTE command;
END
$$;
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
