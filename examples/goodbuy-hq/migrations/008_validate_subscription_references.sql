-- Phase 2: looks at the rows that exist; reading and writing go on while it looks, for all scans come before the first
-- lock that shuts anybody out.

ALTER TABLE public.user_subscriptions VALIDATE CONSTRAINT user_subscriptions_user_id_fkey;
ALTER TABLE public.user_subscriptions VALIDATE CONSTRAINT user_subscriptions_plan_id_fkey;
ALTER TABLE public.usage_metrics VALIDATE CONSTRAINT usage_metrics_user_id_fkey;
ALTER TABLE public.usage_metrics VALIDATE CONSTRAINT usage_metrics_subscription_id_fkey;
ALTER TABLE public.billing_transactions VALIDATE CONSTRAINT billing_transactions_user_id_fkey;
ALTER TABLE public.billing_transactions VALIDATE CONSTRAINT billing_transactions_subscription_id_fkey;

-- When this is run again, these two have done their work and are gone.

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'user_subscriptions_user_id_present_check') THEN
        ALTER TABLE public.user_subscriptions VALIDATE CONSTRAINT user_subscriptions_user_id_present_check;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'user_subscriptions_plan_id_present_check') THEN
        ALTER TABLE public.user_subscriptions VALIDATE CONSTRAINT user_subscriptions_plan_id_present_check;
    END IF;
END
$$;

-- SET NOT NULL finds the validated CHECK and scans nothing.

ALTER TABLE public.user_subscriptions ALTER COLUMN user_id SET NOT NULL;
ALTER TABLE public.user_subscriptions ALTER COLUMN plan_id SET NOT NULL;

ALTER TABLE public.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_user_id_present_check;
ALTER TABLE public.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_plan_id_present_check;
