-- Undoes 003_subscription_tables.sql: phase 1 as if it had never been. What was paid must be kept: export it before.

DROP TABLE IF EXISTS public.billing_transactions;
DROP TABLE IF EXISTS public.usage_metrics;
DROP TABLE IF EXISTS public.user_subscriptions;
DROP TABLE IF EXISTS public.subscription_plans;

DROP FUNCTION IF EXISTS public.set_updated_at();
