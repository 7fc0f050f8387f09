-- Tables without row-level security, or without a policy: none.
SELECT coalesce(string_agg(relname, ', ' ORDER BY relname), 'none')
FROM pg_class AS relation
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND (NOT relrowsecurity OR NOT EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = relation.oid))
