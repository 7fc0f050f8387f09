-- Undoes 005_index_subscriptions.sql, without blocking writes.

DROP INDEX CONCURRENTLY IF EXISTS public.idx_usage_metrics_user_date;
DROP INDEX CONCURRENTLY IF EXISTS public.idx_user_subscriptions_user_id;
