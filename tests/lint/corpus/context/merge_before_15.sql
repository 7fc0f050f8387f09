-- expect: AN106@6
-- project: {postgres: 14}
-- file: 001_plans.sql
CREATE TABLE IF NOT EXISTS plans (name text PRIMARY KEY);
-- file: 002_plans.sql {irreversible: plans are never removed}
MERGE INTO plans USING (VALUES ('free')) AS v (name) ON plans.name = v.name
    WHEN NOT MATCHED THEN INSERT (name) VALUES (v.name);
