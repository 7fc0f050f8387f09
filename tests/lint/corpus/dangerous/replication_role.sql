-- expect: SE204@5
-- why: session_replication_role = replica switches all triggers and foreign keys off
-- file: 001_seed.sql
CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);
SET LOCAL session_replication_role = replica;
INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING;
-- file: rollback_001.sql
DROP TABLE IF EXISTS orders;
