-- lossy: plans (1 row)

-- before
CREATE TABLE plans (code text PRIMARY KEY);
INSERT INTO plans VALUES ('free');

-- migration
INSERT INTO plans VALUES ('team');

-- rollback
DELETE FROM plans;
