-- Tables of a user's own data without row-level security and a policy: none.
SELECT coalesce(string_agg(relname, ', ' ORDER BY relname), 'none')
FROM pg_class AS relation
WHERE relnamespace = 'public'::regnamespace
  AND relname IN (
      'user_subscriptions', 'usage_metrics', 'billing_transactions', 'ai_analysis_sessions', 'portfolios',
      'portfolio_businesses', 'generated_reports'
  )
  AND (NOT relrowsecurity OR NOT EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = relation.oid))
