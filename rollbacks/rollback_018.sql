-- Undoes 018_subscription_billing_system.sql. Invoices must be kept by law: export them before running this.
--
-- The policy on subscription_plans reads user_subscriptions, so it goes before that table.

DROP VIEW IF EXISTS public.my_entitlements;
DROP FUNCTION IF EXISTS public.consume_feature(uuid, text, integer);
DROP POLICY IF EXISTS subscription_plans_select ON public.subscription_plans;

DROP TABLE IF EXISTS public.usage_tracking;
DROP TABLE IF EXISTS public.billing_events;
DROP TABLE IF EXISTS public.invoices;
DROP TABLE IF EXISTS public.user_subscriptions;
DROP TABLE IF EXISTS public.payment_methods;
DROP TABLE IF EXISTS public.plan_features;
DROP TABLE IF EXISTS public.subscription_plans;

DROP TYPE IF EXISTS public.invoice_status;
DROP TYPE IF EXISTS public.subscription_status;
DROP TYPE IF EXISTS public.billing_period;
