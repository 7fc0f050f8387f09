-- expect: RB107@8 never RB103 RB104 RB106
-- why: the schema was made here, so what is in it goes with it, as long as each is named or CASCADE is said
-- file: 001_app.sql
CREATE SCHEMA IF NOT EXISTS app;
CREATE TABLE IF NOT EXISTS app.users (id bigint PRIMARY KEY);
CREATE OR REPLACE VIEW app.ids WITH (security_invoker = true) AS SELECT id FROM app.users;
-- file: rollback_001.sql
DROP SCHEMA IF EXISTS app CASCADE;
