-- expect: TX104@5
-- why: what follows the COMMIT is no longer undone with what came before it
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
COMMIT;
CREATE TABLE IF NOT EXISTS lines (id bigint PRIMARY KEY);
-- file: rollback_001.sql
DROP TABLE IF EXISTS lines;
DROP TABLE IF EXISTS orders;
