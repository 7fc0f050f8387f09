-- Phase 2: every user without a subscription gets the Free plan for a year. The keys say which were given here.

INSERT INTO public.user_subscriptions (id, user_id, plan_id, status, current_period_start, current_period_end)
SELECT 'free-' || account.id, account.id, plan.id, 'active', now(), now() + INTERVAL '1 year'
FROM public.users AS account
CROSS JOIN (SELECT id FROM public.subscription_plans WHERE name = 'Free' ORDER BY id LIMIT 1) AS plan
WHERE NOT EXISTS (SELECT 1 FROM public.user_subscriptions AS present WHERE present.user_id = account.id)
ON CONFLICT (id) DO NOTHING;
