-- Undoes 004_subscription_plans.sql. A plan that somebody subscribes to cannot be taken out while 007 is applied.

DELETE FROM public.subscription_plans
WHERE id IN ('plan-free', 'plan-professional', 'plan-enterprise');
