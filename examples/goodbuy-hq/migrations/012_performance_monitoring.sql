-- Phase 5: how fast the key queries are over time, and the figures of each plan.

CREATE TABLE IF NOT EXISTS public.query_performance (
    id bigint GENERATED ALWAYS AS IDENTITY,
    query_name varchar NOT NULL,
    duration_ms numeric(12, 3) NOT NULL,
    measured_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT query_performance_pkey PRIMARY KEY (id),
    CONSTRAINT query_performance_duration_ms_check CHECK (duration_ms >= 0)
);

CREATE INDEX IF NOT EXISTS query_performance_query_name_idx
    ON public.query_performance (query_name, measured_at DESC);

COMMENT ON TABLE public.query_performance IS 'What the application measured of its key queries.';

CREATE OR REPLACE VIEW public.query_slowdowns
WITH (security_invoker = true)
AS
SELECT
    query_name,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms)
        FILTER (WHERE measured_at < now() - INTERVAL '1 day') AS median_before_ms,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms)
        FILTER (WHERE measured_at >= now() - INTERVAL '1 day') AS median_now_ms
FROM public.query_performance
WHERE measured_at >= now() - INTERVAL '8 days'
GROUP BY query_name
HAVING percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms)
        FILTER (WHERE measured_at >= now() - INTERVAL '1 day')
    > 1.2 * percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms)
        FILTER (WHERE measured_at < now() - INTERVAL '1 day');

COMMENT ON VIEW public.query_slowdowns IS 'Queries whose median of the last day is 20 % above that of the week before.';

CREATE MATERIALIZED VIEW IF NOT EXISTS public.subscription_analytics
AS
SELECT
    plan.id AS plan_id,
    plan.name AS plan_name,
    count(subscription.id) FILTER (WHERE subscription.status IN ('trialing', 'active')) AS subscribers,
    coalesce(sum(plan.price / CASE plan.billing_period WHEN 'yearly' THEN 12 ELSE 1 END)
        FILTER (WHERE subscription.status = 'active'), 0)::decimal(14, 2) AS monthly_revenue
FROM public.subscription_plans AS plan
LEFT JOIN public.user_subscriptions AS subscription ON subscription.plan_id = plan.id
GROUP BY plan.id, plan.name;

CREATE UNIQUE INDEX IF NOT EXISTS subscription_analytics_plan_id_key ON public.subscription_analytics (plan_id);

COMMENT ON MATERIALIZED VIEW public.subscription_analytics IS
    'Subscribers and revenue of each plan, as of the last REFRESH MATERIALIZED VIEW CONCURRENTLY.';
