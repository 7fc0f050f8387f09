-- expect: never LK201 LK304 LK301
-- why: no row has a value yet, so nothing is looked up
-- file: 001_tables.sql
CREATE TABLE IF NOT EXISTS plans (id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS accounts (id bigint PRIMARY KEY);
-- file: 002_plan.sql
ALTER TABLE accounts ADD COLUMN IF NOT EXISTS plan_id bigint CONSTRAINT accounts_plan_fk REFERENCES plans (id);
-- file: rollback_002.sql
ALTER TABLE IF EXISTS accounts DROP COLUMN IF EXISTS plan_id;
