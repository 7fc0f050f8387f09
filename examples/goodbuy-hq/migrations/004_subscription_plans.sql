-- Phase 1: the plans to begin with. One that is there already stays as it is.

INSERT INTO public.subscription_plans (id, name, description, price, billing_period, ai_analysis_limit, features)
VALUES
    ('plan-free', 'Free', 'For looking around.', 0, 'monthly', 3, '["health_score"]'),
    ('plan-professional', 'Professional', 'For owners and brokers.', 49, 'monthly', 50,
        '["health_score", "forecast", "portfolios", "reports"]'),
    ('plan-enterprise', 'Enterprise', 'For firms, without limit.', 4900, 'yearly', NULL,
        '["health_score", "forecast", "portfolios", "reports", "branding"]')
ON CONFLICT (id) DO NOTHING;
