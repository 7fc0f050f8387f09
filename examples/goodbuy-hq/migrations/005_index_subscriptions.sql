-- Phase 1: the indexes of lookups that every request makes, built without blocking writes.

DROP INDEX CONCURRENTLY IF EXISTS public.idx_user_subscriptions_user_id;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_user_subscriptions_user_id
    ON public.user_subscriptions (user_id);

DROP INDEX CONCURRENTLY IF EXISTS public.idx_usage_metrics_user_date;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_usage_metrics_user_date
    ON public.usage_metrics (user_id, date);
