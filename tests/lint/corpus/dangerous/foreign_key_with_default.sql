-- expect: LK202@8
-- why: the default fills every row, so every row is looked up
-- file: 001_tables.sql
CREATE TABLE IF NOT EXISTS plans (id bigint PRIMARY KEY);
INSERT INTO plans (id) VALUES (1) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS accounts (id bigint PRIMARY KEY);
-- file: 002_plan.sql
ALTER TABLE accounts ADD COLUMN IF NOT EXISTS plan_id bigint DEFAULT 1 REFERENCES plans (id);
-- file: rollback_002.sql
ALTER TABLE IF EXISTS accounts DROP COLUMN IF EXISTS plan_id;
