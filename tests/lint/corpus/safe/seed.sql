-- expect: nothing
-- file: 001_plans.sql
CREATE TABLE IF NOT EXISTS plans (name text PRIMARY KEY, price numeric(8, 2) NOT NULL);
-- file: 002_plans.sql
INSERT INTO plans (name, price) VALUES ('free', 0), ('pro', 9.90)
ON CONFLICT (name) DO UPDATE SET price = excluded.price;
-- file: rollback_002.sql
DELETE FROM plans WHERE name IN ('free', 'pro');
