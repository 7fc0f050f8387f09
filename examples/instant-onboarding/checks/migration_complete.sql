-- The guide's verification query. information_schema.tables lists views too, so the two tables are asked for as such.
SELECT
    'Migration Complete!' AS status,
    (SELECT count(*) FROM information_schema.tables
     WHERE table_name LIKE 'instant\_onboarding%' AND table_type = 'BASE TABLE') AS tables_created,
    (SELECT count(*) FROM pg_indexes
     WHERE tablename LIKE 'instant\_onboarding%') AS indexes_created,
    (SELECT count(*) FROM pg_policies
     WHERE tablename LIKE 'instant\_onboarding%') AS policies_created;
