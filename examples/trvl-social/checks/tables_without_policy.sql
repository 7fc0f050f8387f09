-- Tables without any policy, by name.
SELECT coalesce(string_agg(tablename, ', ' ORDER BY tablename), 'none missing')
FROM pg_tables
WHERE schemaname = 'public'
    AND tablename NOT IN (SELECT pg_policies.tablename FROM pg_policies WHERE pg_policies.schemaname = 'public');
