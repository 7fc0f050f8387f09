-- expect: nothing
-- why: SHARE UPDATE EXCLUSIVE only
-- file: 001_orders.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer text);
-- file: 002_settings.sql
ALTER TABLE orders SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE orders ALTER COLUMN customer SET STATISTICS 500;
-- file: rollback_002.sql
ALTER TABLE orders ALTER COLUMN customer SET STATISTICS -1;
ALTER TABLE orders RESET (fillfactor, autovacuum_vacuum_scale_factor);
