-- expect: SE205@4 SE206@4
-- why: the password stays in the repository for ever
-- file: 001_role.sql
CREATE ROLE corpus_admin SUPERUSER LOGIN PASSWORD 'correct horse';
-- file: rollback_001.sql
DROP ROLE IF EXISTS corpus_admin;
