-- Tables without row-level security, by name.
SELECT coalesce(string_agg(tablename, ', ' ORDER BY tablename), 'none missing')
FROM pg_tables
WHERE schemaname = 'public' AND NOT rowsecurity;
