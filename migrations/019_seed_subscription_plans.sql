-- The plans on offer at the start, and what each includes.
--
-- A plan that exists is left as it is: its price may already be on somebody's invoice. A new price is a new plan.

INSERT INTO public.subscription_plans (code, name, description, billing_period, price_cents, trial_days, ordinal)
VALUES
    ('free', 'Free', 'Games, articles and one introduction a month.', 'none', 0, 0, 1),
    ('plus_monthly', 'Plus', 'Six introductions a month, each with a report.', 'month', 1900, 14, 2),
    ('plus_yearly', 'Plus, yearly', 'Plus for the price of ten months.', 'year', 19000, 14, 3),
    ('premium_monthly', 'Premium', 'Introductions without limit, and an hour with a coach.', 'month', 4900, 7, 4),
    ('premium_yearly', 'Premium, yearly', 'Premium for the price of ten months.', 'year', 49000, 7, 5)
ON CONFLICT (code) DO NOTHING;

INSERT INTO public.plan_features (plan_id, feature, monthly_limit)
SELECT plan.id, seed.feature, seed.monthly_limit
FROM (
    VALUES
        ('free', 'introductions', 1),
        ('free', 'games', NULL),
        ('free', 'messages', 30),

        ('plus_monthly', 'introductions', 6),
        ('plus_monthly', 'reports', 6),
        ('plus_monthly', 'games', NULL),
        ('plus_monthly', 'messages', NULL),

        ('plus_yearly', 'introductions', 6),
        ('plus_yearly', 'reports', 6),
        ('plus_yearly', 'games', NULL),
        ('plus_yearly', 'messages', NULL),

        ('premium_monthly', 'introductions', NULL),
        ('premium_monthly', 'reports', NULL),
        ('premium_monthly', 'games', NULL),
        ('premium_monthly', 'messages', NULL),
        ('premium_monthly', 'coaching', 1),

        ('premium_yearly', 'introductions', NULL),
        ('premium_yearly', 'reports', NULL),
        ('premium_yearly', 'games', NULL),
        ('premium_yearly', 'messages', NULL),
        ('premium_yearly', 'coaching', 1)
) AS seed (plan_code, feature, monthly_limit)
JOIN public.subscription_plans AS plan ON plan.code = seed.plan_code
ON CONFLICT (plan_id, feature) DO NOTHING;
