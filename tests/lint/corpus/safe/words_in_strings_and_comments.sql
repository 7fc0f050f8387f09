-- expect: nothing
-- why: DROP TABLE, COMMIT and the like in strings and comments are no statements
-- file: 001_templates.sql
CREATE TABLE IF NOT EXISTS templates (name text PRIMARY KEY, body text NOT NULL);
-- file: 002_templates.sql
/* BEGIN; DROP TABLE templates CASCADE; /* TRUNCATE templates; */ COMMIT; */
-- CREATE INDEX templates_body ON templates (body);
INSERT INTO templates (name, body) VALUES
    ('reset', 'DROP TABLE users; CREATE INDEX i ON t (a); COMMIT;'),
    ('quoted', $t$ALTER TABLE "users" ALTER COLUMN x TYPE int; UPDATE users SET a = 1;$t$),
    ('escaped', E'it''s; \'VACUUM FULL;\'')
ON CONFLICT (name) DO NOTHING;
-- file: rollback_002.sql
DELETE FROM templates WHERE name IN ('reset', 'quoted', 'escaped');
