-- Customers to try the application with: two paying ones, with payments, portfolios, analyses and a report. Never for
-- production. It can be run again: what is there stays.

INSERT INTO public.user_subscriptions (
    id, user_id, plan_id, stripe_subscription_id, stripe_customer_id, status, current_period_start, current_period_end
)
VALUES
    ('test-professional', 'user-1', 'plan-professional', 'encrypted-1', 'encrypted-2', 'active',
        now(), now() + INTERVAL '1 month'),
    ('test-enterprise', 'user-2', 'plan-enterprise', 'encrypted-3', 'encrypted-4', 'active',
        now(), now() + INTERVAL '1 year')
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.billing_transactions (id, user_id, subscription_id, amount, status, transaction_type)
VALUES
    ('test-payment-1', 'user-1', 'test-professional', 49, 'succeeded', 'payment'),
    ('test-payment-2', 'user-2', 'test-enterprise', 4900, 'succeeded', 'payment')
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.usage_metrics (id, user_id, subscription_id, metric_type, count)
VALUES
    ('test-usage-1', 'user-1', 'test-professional', 'ai_analysis', 2),
    ('test-usage-2', 'user-2', 'test-enterprise', 'report_generation', 1)
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.portfolios (id, user_id, name, is_default)
VALUES ('test-portfolio', 'user-1', 'Watched', true)
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.portfolio_businesses (id, portfolio_id, business_id)
VALUES ('test-portfolio-1', 'test-portfolio', 'business-10'), ('test-portfolio-2', 'test-portfolio', 'business-20')
ON CONFLICT (portfolio_id, business_id) DO NOTHING;

INSERT INTO public.ai_analysis_sessions (
    id, user_id, business_id, session_type, status, progress_percentage, results, confidence_score, completed_at
)
VALUES (
    'test-analysis', 'user-1', 'business-10', 'valuation', 'completed', 100, '{"value": 1250000}', 82, now()
)
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.generated_reports (id, user_id, portfolio_id, report_type, file_path, file_size)
VALUES ('test-report', 'user-2', NULL, 'summary', 'reports/test.pdf', 48213)
ON CONFLICT (id) DO NOTHING;
