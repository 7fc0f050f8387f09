-- Phase 1: plans, subscriptions, usage and billing, beside what is there and without a reference to it.
--
-- The import of phase 2 fills user_subscriptions; what its columns must have and refer to is declared when that is
-- done (007), and looked at in all rows after that (008). So nothing here locks a table that is in use.

CREATE OR REPLACE FUNCTION public.set_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.set_updated_at() IS
    'Trigger function: stamps updated_at when an UPDATE really changes the row.';

CREATE TABLE IF NOT EXISTS public.subscription_plans (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    name varchar NOT NULL,
    description text,
    price decimal(10, 2) NOT NULL,
    billing_period varchar NOT NULL,
    ai_analysis_limit integer,
    features jsonb NOT NULL,
    is_active boolean DEFAULT true,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT subscription_plans_pkey PRIMARY KEY (id),
    CONSTRAINT subscription_plans_price_check CHECK (price >= 0),
    CONSTRAINT subscription_plans_billing_period_check CHECK (billing_period IN ('monthly', 'yearly'))
);

COMMENT ON TABLE public.subscription_plans IS 'Plans on offer.';
COMMENT ON COLUMN public.subscription_plans.ai_analysis_limit IS 'Analyses in a calendar month (UTC); NULL: unlimited.';
COMMENT ON COLUMN public.subscription_plans.is_active IS 'False: switched off; the data stay.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.subscription_plans
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.user_subscriptions (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    user_id varchar,
    plan_id varchar,
    stripe_subscription_id varchar,
    stripe_customer_id varchar,
    status varchar NOT NULL DEFAULT 'active',
    current_period_start timestamptz,
    current_period_end timestamptz,
    trial_end timestamptz,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT user_subscriptions_pkey PRIMARY KEY (id),
    CONSTRAINT user_subscriptions_stripe_subscription_id_key UNIQUE (stripe_subscription_id),
    CONSTRAINT user_subscriptions_status_check
        CHECK (status IN ('trialing', 'active', 'past_due', 'canceled', 'unpaid'))
);

CREATE INDEX IF NOT EXISTS user_subscriptions_plan_id_idx ON public.user_subscriptions (plan_id);

COMMENT ON TABLE public.user_subscriptions IS 'Who subscribes to what.';
COMMENT ON COLUMN public.user_subscriptions.stripe_subscription_id IS 'As the application has encrypted it.';
COMMENT ON COLUMN public.user_subscriptions.stripe_customer_id IS 'As the application has encrypted it.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.user_subscriptions
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.usage_metrics (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    user_id varchar NOT NULL,
    subscription_id varchar,
    metric_type varchar NOT NULL,
    count integer DEFAULT 1,
    metadata jsonb,
    created_at timestamptz DEFAULT now(),
    date date DEFAULT CURRENT_DATE,
    CONSTRAINT usage_metrics_pkey PRIMARY KEY (id),
    CONSTRAINT usage_metrics_count_check CHECK (count > 0)
);

CREATE INDEX IF NOT EXISTS usage_metrics_subscription_id_idx ON public.usage_metrics (subscription_id);

COMMENT ON TABLE public.usage_metrics IS 'What users did that a plan may limit.';
COMMENT ON COLUMN public.usage_metrics.metric_type IS 'Such as ai_analysis or report_generation.';

CREATE TABLE IF NOT EXISTS public.billing_transactions (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    user_id varchar NOT NULL,
    subscription_id varchar,
    stripe_payment_intent_id varchar,
    amount decimal(10, 2) NOT NULL,
    currency varchar DEFAULT 'USD',
    status varchar NOT NULL,
    transaction_type varchar NOT NULL,
    metadata jsonb,
    created_at timestamptz DEFAULT now(),
    CONSTRAINT billing_transactions_pkey PRIMARY KEY (id),
    CONSTRAINT billing_transactions_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);

CREATE INDEX IF NOT EXISTS billing_transactions_user_id_idx
    ON public.billing_transactions (user_id, created_at DESC);
CREATE INDEX IF NOT EXISTS billing_transactions_subscription_id_idx
    ON public.billing_transactions (subscription_id);

COMMENT ON TABLE public.billing_transactions IS 'Payments and refunds. They outlive the account.';

-- Whoever connects as another role than the tables' owner sees what is their user's: app.user_id, set by the back end.

ALTER TABLE public.user_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.usage_metrics ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.billing_transactions ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS user_subscriptions_own ON public.user_subscriptions;
CREATE POLICY user_subscriptions_own ON public.user_subscriptions
    USING (user_id = (SELECT current_setting('app.user_id', true)));

DROP POLICY IF EXISTS usage_metrics_own ON public.usage_metrics;
CREATE POLICY usage_metrics_own ON public.usage_metrics
    USING (user_id = (SELECT current_setting('app.user_id', true)));

DROP POLICY IF EXISTS billing_transactions_own ON public.billing_transactions;
CREATE POLICY billing_transactions_own ON public.billing_transactions
    USING (user_id = (SELECT current_setting('app.user_id', true)));
