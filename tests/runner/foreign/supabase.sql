-- The ledger of supabase, made by hand after the source of its command line, version 2.
CREATE SCHEMA supabase_migrations;
CREATE TABLE supabase_migrations.schema_migrations (
    version text NOT NULL PRIMARY KEY, statements text[], name text
);
CREATE TABLE supabase_migrations.seed_files (path text NOT NULL PRIMARY KEY, hash text NOT NULL);
INSERT INTO supabase_migrations.schema_migrations VALUES
    ('20240101000001', NULL, 'create_customers'), ('20240101000002', NULL, 'create_orders'),
    ('20240101000003', NULL, 'add_note');
