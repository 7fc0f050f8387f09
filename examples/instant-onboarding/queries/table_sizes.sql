-- How large the two tables are, with their indexes.
SELECT
    schemaname,
    tablename,
    pg_size_pretty(pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass)) AS size
FROM pg_tables
WHERE tablename LIKE 'instant\_onboarding%'
ORDER BY pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass) DESC;
