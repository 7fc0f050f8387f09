-- expect: LK101@6
-- file: 001_orders.sql {transaction: false}
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
MERGE INTO orders USING (VALUES (1::bigint, 'x')) AS v (id, customer) ON orders.id = v.id
    WHEN NOT MATCHED THEN INSERT (id, customer) VALUES (v.id, v.customer);
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
