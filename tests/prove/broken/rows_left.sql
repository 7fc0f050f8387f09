-- differs: plans (2 rows left)

-- before
CREATE TABLE plans (code text PRIMARY KEY);

-- migration
INSERT INTO plans VALUES ('free'), ('team'), ('company') ON CONFLICT DO NOTHING;

-- rollback
DELETE FROM plans WHERE code = 'free';
