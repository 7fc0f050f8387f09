-- Undoes 019_seed_subscription_plans.sql: takes out the five plans; what they include goes with them.
--
-- A plan to which somebody subscribes or has subscribed stays, and this rollback fails (ON DELETE RESTRICT in
-- user_subscriptions). To take such a plan off the price list, set its is_active to false.

DELETE FROM public.subscription_plans
WHERE code IN ('free', 'plus_monthly', 'plus_yearly', 'premium_monthly', 'premium_yearly');
