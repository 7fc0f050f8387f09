-- Undoes 008_validate_subscription_references.sql: what was declared NOT VALID is so again.

ALTER TABLE public.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_plan_id_present_check;
ALTER TABLE public.user_subscriptions ADD CONSTRAINT user_subscriptions_plan_id_present_check
    CHECK (plan_id IS NOT NULL) NOT VALID;
ALTER TABLE public.user_subscriptions ALTER COLUMN plan_id DROP NOT NULL;

ALTER TABLE public.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_user_id_present_check;
ALTER TABLE public.user_subscriptions ADD CONSTRAINT user_subscriptions_user_id_present_check
    CHECK (user_id IS NOT NULL) NOT VALID;
ALTER TABLE public.user_subscriptions ALTER COLUMN user_id DROP NOT NULL;

ALTER TABLE public.billing_transactions DROP CONSTRAINT IF EXISTS billing_transactions_subscription_id_fkey;
ALTER TABLE public.billing_transactions ADD CONSTRAINT billing_transactions_subscription_id_fkey
    FOREIGN KEY (subscription_id) REFERENCES public.user_subscriptions (id) NOT VALID;

ALTER TABLE public.billing_transactions DROP CONSTRAINT IF EXISTS billing_transactions_user_id_fkey;
ALTER TABLE public.billing_transactions ADD CONSTRAINT billing_transactions_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.users (id) NOT VALID;

ALTER TABLE public.usage_metrics DROP CONSTRAINT IF EXISTS usage_metrics_subscription_id_fkey;
ALTER TABLE public.usage_metrics ADD CONSTRAINT usage_metrics_subscription_id_fkey
    FOREIGN KEY (subscription_id) REFERENCES public.user_subscriptions (id) NOT VALID;

ALTER TABLE public.usage_metrics DROP CONSTRAINT IF EXISTS usage_metrics_user_id_fkey;
ALTER TABLE public.usage_metrics ADD CONSTRAINT usage_metrics_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE NOT VALID;

ALTER TABLE public.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_plan_id_fkey;
ALTER TABLE public.user_subscriptions ADD CONSTRAINT user_subscriptions_plan_id_fkey
    FOREIGN KEY (plan_id) REFERENCES public.subscription_plans (id) NOT VALID;

ALTER TABLE public.user_subscriptions DROP CONSTRAINT IF EXISTS user_subscriptions_user_id_fkey;
ALTER TABLE public.user_subscriptions ADD CONSTRAINT user_subscriptions_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE NOT VALID;
