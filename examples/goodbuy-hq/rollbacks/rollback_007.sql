-- Undoes 007_subscription_references.sql.

ALTER TABLE IF EXISTS public.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_plan_id_present_check;
ALTER TABLE IF EXISTS public.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_user_id_present_check;
ALTER TABLE IF EXISTS public.billing_transactions DROP CONSTRAINT IF EXISTS billing_transactions_subscription_id_fkey;
ALTER TABLE IF EXISTS public.billing_transactions DROP CONSTRAINT IF EXISTS billing_transactions_user_id_fkey;
ALTER TABLE IF EXISTS public.usage_metrics DROP CONSTRAINT IF EXISTS usage_metrics_subscription_id_fkey;
ALTER TABLE IF EXISTS public.usage_metrics DROP CONSTRAINT IF EXISTS usage_metrics_user_id_fkey;
ALTER TABLE IF EXISTS public.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_plan_id_fkey;
ALTER TABLE IF EXISTS public.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_user_id_fkey;
