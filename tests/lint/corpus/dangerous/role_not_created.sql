-- expect: SE207@5
-- fails: 42704
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
GRANT SELECT ON orders TO corpus_reader;
