-- Plans, subscriptions, payment methods, invoices, and what a member has used of what the plan allows.
--
-- Amounts are whole cents. Card data never comes here: payment methods are references into the payment provider.

DO $$
BEGIN
    CREATE TYPE public.billing_period AS ENUM ('none', 'month', 'year');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.billing_period IS 'How often a plan is paid for.';

DO $$
BEGIN
    CREATE TYPE public.subscription_status AS ENUM ('trialing', 'active', 'past_due', 'cancelled', 'ended');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.subscription_status IS
    'State of a subscription. A cancelled one runs on to the end of its period; an ended one is over.';

DO $$
BEGIN
    CREATE TYPE public.invoice_status AS ENUM ('draft', 'open', 'paid', 'void', 'uncollectible');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.invoice_status IS 'State of an invoice. After draft its amounts no longer change.';

-- Plans

CREATE TABLE IF NOT EXISTS public.subscription_plans (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    code text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    billing_period public.billing_period NOT NULL,
    price_cents integer NOT NULL,
    currency text NOT NULL DEFAULT 'USD',
    trial_days smallint NOT NULL DEFAULT 0,
    ordinal smallint NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscription_plans_pkey PRIMARY KEY (id),
    CONSTRAINT subscription_plans_code_key UNIQUE (code),
    CONSTRAINT subscription_plans_code_check CHECK (code ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT subscription_plans_price_cents_check
        CHECK (price_cents >= 0 AND (price_cents = 0) = (billing_period = 'none')),
    CONSTRAINT subscription_plans_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT subscription_plans_trial_days_check CHECK (trial_days BETWEEN 0 AND 90)
);

COMMENT ON TABLE public.subscription_plans IS
    'Plans on offer. A price is never edited under a running subscription: a new price is a new plan.';
COMMENT ON COLUMN public.subscription_plans.code IS 'What the application and the payment provider call the plan.';
COMMENT ON COLUMN public.subscription_plans.ordinal IS 'Place on the price list.';
COMMENT ON COLUMN public.subscription_plans.is_active IS 'False: nobody can subscribe any more; subscriptions run on.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.subscription_plans
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.plan_features (
    plan_id uuid NOT NULL,
    feature text NOT NULL,
    monthly_limit integer,
    CONSTRAINT plan_features_pkey PRIMARY KEY (plan_id, feature),
    CONSTRAINT plan_features_plan_id_fkey
        FOREIGN KEY (plan_id) REFERENCES public.subscription_plans (id) ON DELETE CASCADE,
    CONSTRAINT plan_features_feature_check
        CHECK (feature IN ('introductions', 'reports', 'games', 'messages', 'coaching')),
    CONSTRAINT plan_features_monthly_limit_check CHECK (monthly_limit > 0)
);

COMMENT ON TABLE public.plan_features IS 'What a plan includes; a feature without a row is not included.';
COMMENT ON COLUMN public.plan_features.monthly_limit IS 'Uses in a calendar month (UTC); NULL means without limit.';

-- Subscriptions

CREATE TABLE IF NOT EXISTS public.payment_methods (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    profile_id uuid NOT NULL,
    provider text NOT NULL,
    provider_ref text NOT NULL,
    brand text NOT NULL,
    last_four text NOT NULL,
    expires_on date,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_methods_pkey PRIMARY KEY (id),
    CONSTRAINT payment_methods_provider_provider_ref_key UNIQUE (provider, provider_ref),
    CONSTRAINT payment_methods_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT payment_methods_last_four_check CHECK (last_four ~ '^[0-9]{4}$')
);

CREATE INDEX IF NOT EXISTS payment_methods_profile_id_idx ON public.payment_methods (profile_id);
CREATE UNIQUE INDEX IF NOT EXISTS payment_methods_one_default_idx
    ON public.payment_methods (profile_id) WHERE is_default;

COMMENT ON TABLE public.payment_methods IS 'Saved ways to pay; at most one is a member''s default.';
COMMENT ON COLUMN public.payment_methods.provider_ref IS 'The provider''s key for it; worthless to anybody else.';
COMMENT ON COLUMN public.payment_methods.expires_on IS
    'Last day on which it can be charged; NULL if it does not expire.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.payment_methods
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.user_subscriptions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    profile_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    payment_method_id uuid,
    status public.subscription_status NOT NULL,
    provider_ref text,
    period_start timestamptz NOT NULL DEFAULT now(),
    period_end timestamptz,
    cancelled_at timestamptz,
    ended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_subscriptions_pkey PRIMARY KEY (id),
    CONSTRAINT user_subscriptions_provider_ref_key UNIQUE (provider_ref),
    CONSTRAINT user_subscriptions_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_subscriptions_plan_id_fkey
        FOREIGN KEY (plan_id) REFERENCES public.subscription_plans (id) ON DELETE RESTRICT,
    CONSTRAINT user_subscriptions_payment_method_id_fkey
        FOREIGN KEY (payment_method_id) REFERENCES public.payment_methods (id) ON DELETE SET NULL,
    CONSTRAINT user_subscriptions_period_check CHECK (period_end > period_start),
    CONSTRAINT user_subscriptions_cancelled_at_check CHECK (status <> 'cancelled' OR cancelled_at IS NOT NULL),
    CONSTRAINT user_subscriptions_ended_at_check CHECK ((status = 'ended') = (ended_at IS NOT NULL))
);

CREATE INDEX IF NOT EXISTS user_subscriptions_profile_id_idx ON public.user_subscriptions (profile_id);
CREATE INDEX IF NOT EXISTS user_subscriptions_plan_id_idx ON public.user_subscriptions (plan_id);
CREATE INDEX IF NOT EXISTS user_subscriptions_payment_method_id_idx
    ON public.user_subscriptions (payment_method_id);
CREATE UNIQUE INDEX IF NOT EXISTS user_subscriptions_one_running_idx
    ON public.user_subscriptions (profile_id) WHERE status <> 'ended';

COMMENT ON TABLE public.user_subscriptions IS 'Who subscribes to what. A member has many over time and one at a time.';
COMMENT ON COLUMN public.user_subscriptions.provider_ref IS 'The payment provider''s key; NULL for a free plan.';
COMMENT ON COLUMN public.user_subscriptions.period_end IS 'When the period paid for ends; NULL for a free plan.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.user_subscriptions
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Invoices

CREATE TABLE IF NOT EXISTS public.invoices (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    number text NOT NULL,
    profile_id uuid,
    subscription_id uuid,
    status public.invoice_status NOT NULL DEFAULT 'draft',
    billed_to text NOT NULL,
    currency text NOT NULL DEFAULT 'USD',
    net_cents integer NOT NULL,
    tax_cents integer NOT NULL DEFAULT 0,
    total_cents integer NOT NULL GENERATED ALWAYS AS (net_cents + tax_cents) STORED,
    issued_at timestamptz,
    due_at timestamptz,
    paid_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    CONSTRAINT invoices_number_key UNIQUE (number),
    CONSTRAINT invoices_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT invoices_subscription_id_fkey
        FOREIGN KEY (subscription_id) REFERENCES public.user_subscriptions (id) ON DELETE SET NULL,
    CONSTRAINT invoices_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT invoices_amounts_check CHECK (net_cents >= 0 AND tax_cents >= 0),
    CONSTRAINT invoices_issued_at_check CHECK (status = 'draft' OR issued_at IS NOT NULL),
    CONSTRAINT invoices_paid_at_check CHECK ((status = 'paid') = (paid_at IS NOT NULL))
);

CREATE INDEX IF NOT EXISTS invoices_profile_id_idx ON public.invoices (profile_id, issued_at DESC);
CREATE INDEX IF NOT EXISTS invoices_subscription_id_idx ON public.invoices (subscription_id);
CREATE INDEX IF NOT EXISTS invoices_open_idx ON public.invoices (due_at) WHERE status = 'open';

COMMENT ON TABLE public.invoices IS 'Invoices. The law wants them kept, so they outlive the account.';
COMMENT ON COLUMN public.invoices.profile_id IS 'NULL once the account is deleted.';
COMMENT ON COLUMN public.invoices.billed_to IS 'Name and address as printed.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.invoices
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.billing_events (
    id bigint GENERATED ALWAYS AS IDENTITY,
    provider text NOT NULL,
    provider_event_id text NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz,
    error text,
    CONSTRAINT billing_events_pkey PRIMARY KEY (id),
    CONSTRAINT billing_events_provider_provider_event_id_key UNIQUE (provider, provider_event_id)
);

CREATE INDEX IF NOT EXISTS billing_events_open_idx
    ON public.billing_events (received_at) WHERE processed_at IS NULL;

COMMENT ON TABLE public.billing_events IS
    'What the payment provider reported. It may report twice; the key makes the second time do nothing.';

-- Usage

CREATE TABLE IF NOT EXISTS public.usage_tracking (
    profile_id uuid NOT NULL,
    feature text NOT NULL,
    month date NOT NULL,
    used integer NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT usage_tracking_pkey PRIMARY KEY (profile_id, feature, month),
    CONSTRAINT usage_tracking_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT usage_tracking_month_check CHECK (extract(day FROM month) = 1),
    CONSTRAINT usage_tracking_used_check CHECK (used >= 0)
);

COMMENT ON TABLE public.usage_tracking IS 'How often a member used a feature in a month.';
COMMENT ON COLUMN public.usage_tracking.month IS 'First day of the calendar month (UTC).';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.usage_tracking
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE OR REPLACE VIEW public.my_entitlements
WITH (security_invoker = true)
AS
SELECT
    subscription.profile_id,
    plan.code AS plan_code,
    included.feature,
    included.monthly_limit,
    coalesce(usage.used, 0) AS used,
    included.monthly_limit - coalesce(usage.used, 0) AS remaining
FROM public.user_subscriptions AS subscription
JOIN public.subscription_plans AS plan ON plan.id = subscription.plan_id
JOIN public.plan_features AS included ON included.plan_id = plan.id
LEFT JOIN public.usage_tracking AS usage
    ON usage.profile_id = subscription.profile_id
    AND usage.feature = included.feature
    AND usage.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date
WHERE subscription.status <> 'ended';

COMMENT ON VIEW public.my_entitlements IS
    'What the plan includes, and what is left of it this month; remaining is NULL where there is no limit.';

CREATE OR REPLACE FUNCTION public.consume_feature(for_profile uuid, wanted_feature text, amount integer DEFAULT 1)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = ''
AS $function$
DECLARE
    allowed integer;
    this_month date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
BEGIN
    IF amount < 1 THEN
        RAISE EXCEPTION 'an amount of % cannot be used', amount USING ERRCODE = 'invalid_parameter_value';
    END IF;

    SELECT included.monthly_limit
    INTO allowed
    FROM public.user_subscriptions AS subscription
    JOIN public.plan_features AS included ON included.plan_id = subscription.plan_id
    WHERE subscription.profile_id = for_profile
      AND subscription.status <> 'ended'
      AND included.feature = wanted_feature;

    IF NOT FOUND OR amount > allowed THEN
        RETURN false;
    END IF;

    -- The row is locked by the update, so two calls at once cannot both take the last use.
    INSERT INTO public.usage_tracking AS usage (profile_id, feature, month, used)
    VALUES (for_profile, wanted_feature, this_month, amount)
    ON CONFLICT (profile_id, feature, month) DO UPDATE SET
        used = usage.used + excluded.used
        WHERE allowed IS NULL OR usage.used + excluded.used <= allowed;

    RETURN FOUND;
END
$function$;

COMMENT ON FUNCTION public.consume_feature(uuid, text, integer) IS
    'Counts a use of a feature if the member''s plan still allows it, and says whether it did.';

REVOKE ALL ON FUNCTION public.consume_feature(uuid, text, integer) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.consume_feature(uuid, text, integer) TO service_role;

-- Privileges

REVOKE ALL ON TABLE
    public.subscription_plans, public.plan_features, public.payment_methods, public.user_subscriptions,
    public.invoices, public.billing_events, public.usage_tracking, public.my_entitlements
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.subscription_plans, public.plan_features, public.payment_methods, public.user_subscriptions,
    public.invoices, public.billing_events, public.usage_tracking, public.my_entitlements
    TO service_role;
GRANT SELECT ON TABLE public.subscription_plans, public.plan_features TO anon, authenticated;
GRANT SELECT ON TABLE
    public.payment_methods, public.user_subscriptions, public.invoices, public.billing_events,
    public.usage_tracking, public.my_entitlements
    TO authenticated;

-- Row-level security

ALTER TABLE public.subscription_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.plan_features ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.payment_methods ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.billing_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.usage_tracking ENABLE ROW LEVEL SECURITY;

-- A member still reads a plan that is no longer on offer, if it is their own.
DROP POLICY IF EXISTS subscription_plans_select ON public.subscription_plans;
CREATE POLICY subscription_plans_select ON public.subscription_plans
    FOR SELECT TO authenticated
    USING (
        is_active
        OR (SELECT public.is_admin())
        OR EXISTS (
            SELECT 1
            FROM public.user_subscriptions AS subscription
            WHERE subscription.plan_id = subscription_plans.id
              AND subscription.profile_id = (SELECT auth.uid())
        )
    );

DROP POLICY IF EXISTS subscription_plans_select_anon ON public.subscription_plans;
CREATE POLICY subscription_plans_select_anon ON public.subscription_plans
    FOR SELECT TO anon
    USING (is_active);

DROP POLICY IF EXISTS plan_features_select ON public.plan_features;
CREATE POLICY plan_features_select ON public.plan_features
    FOR SELECT TO anon, authenticated
    USING (EXISTS (SELECT 1 FROM public.subscription_plans AS plan WHERE plan.id = plan_features.plan_id));

DROP POLICY IF EXISTS payment_methods_select_own ON public.payment_methods;
CREATE POLICY payment_methods_select_own ON public.payment_methods
    FOR SELECT TO authenticated
    USING (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_subscriptions_select_own ON public.user_subscriptions;
CREATE POLICY user_subscriptions_select_own ON public.user_subscriptions
    FOR SELECT TO authenticated
    USING (profile_id = (SELECT auth.uid()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS invoices_select_own ON public.invoices;
CREATE POLICY invoices_select_own ON public.invoices
    FOR SELECT TO authenticated
    USING ((profile_id = (SELECT auth.uid()) AND status <> 'draft') OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS billing_events_select_admin ON public.billing_events;
CREATE POLICY billing_events_select_admin ON public.billing_events
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS usage_tracking_select_own ON public.usage_tracking;
CREATE POLICY usage_tracking_select_own ON public.usage_tracking
    FOR SELECT TO authenticated
    USING (profile_id = (SELECT auth.uid()) OR (SELECT public.is_admin()));
