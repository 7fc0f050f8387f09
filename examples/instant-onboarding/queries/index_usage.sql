-- How often each index was used. The guide's query asks pg_stat_user_indexes for tablename and indexname, which are
-- columns of pg_indexes; here they are called relname and indexrelname.
SELECT
    schemaname,
    relname AS tablename,
    indexrelname AS indexname,
    idx_scan AS index_scans,
    pg_size_pretty(pg_relation_size(indexrelid)) AS index_size
FROM pg_stat_user_indexes
WHERE relname LIKE 'instant\_onboarding%'
ORDER BY idx_scan DESC, indexrelname;
