-- Subscriptions whose user or plan is not there: 0.
SELECT count(*)
FROM public.user_subscriptions AS subscription
WHERE NOT EXISTS (SELECT 1 FROM public.users WHERE id = subscription.user_id)
   OR NOT EXISTS (SELECT 1 FROM public.subscription_plans WHERE id = subscription.plan_id)
