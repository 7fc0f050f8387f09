-- Phase 3: analyses by a language model, with their progress as it happens and their limit; and portfolios.
--
-- The tables are new and empty, so their references to users and businesses are checked in an instant.

CREATE TABLE IF NOT EXISTS public.ai_analysis_sessions (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    user_id varchar NOT NULL,
    business_id varchar NOT NULL,
    session_type varchar NOT NULL,
    status varchar NOT NULL DEFAULT 'pending',
    progress_percentage integer DEFAULT 0,
    streaming_data jsonb,
    results jsonb,
    confidence_score integer,
    processing_time_ms integer,
    created_at timestamptz DEFAULT now(),
    completed_at timestamptz,
    CONSTRAINT ai_analysis_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT ai_analysis_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users (id),
    CONSTRAINT ai_analysis_sessions_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses (id),
    CONSTRAINT ai_analysis_sessions_session_type_check
        CHECK (session_type IN ('health_analysis', 'valuation', 'forecast')),
    CONSTRAINT ai_analysis_sessions_status_check CHECK (status IN ('pending', 'running', 'completed', 'failed')),
    CONSTRAINT ai_analysis_sessions_progress_check CHECK (progress_percentage BETWEEN 0 AND 100),
    CONSTRAINT ai_analysis_sessions_confidence_check CHECK (confidence_score BETWEEN 0 AND 100)
);

CREATE INDEX IF NOT EXISTS ai_analysis_sessions_business_id_idx ON public.ai_analysis_sessions (business_id);

COMMENT ON TABLE public.ai_analysis_sessions IS 'Analyses of a business, from request to result.';
COMMENT ON COLUMN public.ai_analysis_sessions.streaming_data IS 'What there is so far; each change is notified.';

CREATE TABLE IF NOT EXISTS public.portfolios (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    user_id varchar NOT NULL,
    name varchar NOT NULL,
    description text,
    is_default boolean DEFAULT false,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT portfolios_pkey PRIMARY KEY (id),
    CONSTRAINT portfolios_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users (id)
);

CREATE UNIQUE INDEX IF NOT EXISTS portfolios_one_default_key ON public.portfolios (user_id) WHERE is_default;

COMMENT ON TABLE public.portfolios IS 'Businesses that a user looks at together; at most one portfolio is the default.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.portfolios
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.portfolio_businesses (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    portfolio_id varchar NOT NULL,
    business_id varchar NOT NULL,
    added_at timestamptz DEFAULT now(),
    notes text,
    CONSTRAINT portfolio_businesses_pkey PRIMARY KEY (id),
    CONSTRAINT portfolio_businesses_pair_key UNIQUE (portfolio_id, business_id),
    CONSTRAINT portfolio_businesses_portfolio_id_fkey
        FOREIGN KEY (portfolio_id) REFERENCES public.portfolios (id) ON DELETE CASCADE,
    CONSTRAINT portfolio_businesses_business_id_fkey
        FOREIGN KEY (business_id) REFERENCES public.businesses (id) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS portfolio_businesses_business_id_idx ON public.portfolio_businesses (business_id);

COMMENT ON TABLE public.portfolio_businesses IS 'Which business is in which portfolio.';

-- Usage and its limit

CREATE OR REPLACE FUNCTION public.start_ai_analysis(for_user varchar, of_business varchar, kind varchar)
RETURNS varchar
LANGUAGE plpgsql
SET search_path = ''
AS $function$
DECLARE
    allowance record;
    used bigint;
    started varchar;
BEGIN
    -- The subscription is locked, so two requests at once cannot both take the last analysis.
    SELECT subscription.id, plan.ai_analysis_limit AS most
    INTO allowance
    FROM public.user_subscriptions AS subscription
    JOIN public.subscription_plans AS plan ON plan.id = subscription.plan_id
    WHERE subscription.user_id = for_user AND subscription.status IN ('trialing', 'active') AND plan.is_active
    ORDER BY plan.ai_analysis_limit DESC NULLS FIRST
    LIMIT 1
    FOR UPDATE OF subscription;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'user % has no plan that is active', for_user USING ERRCODE = 'insufficient_privilege';
    END IF;

    SELECT coalesce(sum(metric.count), 0)
    INTO used
    FROM public.usage_metrics AS metric
    WHERE metric.user_id = for_user
      AND metric.metric_type = 'ai_analysis'
      AND metric.date >= date_trunc('month', now() AT TIME ZONE 'UTC')::date;
    IF used >= allowance.most THEN
        RAISE EXCEPTION 'user % has used all % analyses of this month', for_user, allowance.most
            USING ERRCODE = 'program_limit_exceeded';
    END IF;

    INSERT INTO public.ai_analysis_sessions (user_id, business_id, session_type)
    VALUES (for_user, of_business, kind)
    RETURNING id INTO started;
    INSERT INTO public.usage_metrics (user_id, subscription_id, metric_type, metadata, date)
    VALUES (
        for_user, allowance.id, 'ai_analysis', jsonb_build_object('session', started),
        (now() AT TIME ZONE 'UTC')::date
    );
    RETURN started;
END
$function$;

COMMENT ON FUNCTION public.start_ai_analysis(varchar, varchar, varchar) IS
    'Begins an analysis and counts it, if the user''s plan is active and allows one more this month; returns its key.';

CREATE OR REPLACE FUNCTION public.notify_ai_analysis()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    PERFORM pg_notify(
        'ai_analysis',
        json_build_object(
            'id', NEW.id, 'user_id', NEW.user_id, 'status', NEW.status, 'progress', NEW.progress_percentage
        )::text
    );
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.notify_ai_analysis() IS
    'Trigger function: tells those who LISTEN to ai_analysis how far an analysis is; results are read from its row.';

CREATE OR REPLACE TRIGGER notify_ai_analysis
    AFTER INSERT OR UPDATE OF status, progress_percentage, streaming_data ON public.ai_analysis_sessions
    FOR EACH ROW EXECUTE FUNCTION public.notify_ai_analysis();

ALTER TABLE public.ai_analysis_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.portfolios ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.portfolio_businesses ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ai_analysis_sessions_own ON public.ai_analysis_sessions;
CREATE POLICY ai_analysis_sessions_own ON public.ai_analysis_sessions
    USING (user_id = (SELECT current_setting('app.user_id', true)));

DROP POLICY IF EXISTS portfolios_own ON public.portfolios;
CREATE POLICY portfolios_own ON public.portfolios
    USING (user_id = (SELECT current_setting('app.user_id', true)));

DROP POLICY IF EXISTS portfolio_businesses_own ON public.portfolio_businesses;
CREATE POLICY portfolio_businesses_own ON public.portfolio_businesses
    USING (
        portfolio_id IN (
            SELECT id FROM public.portfolios WHERE user_id = (SELECT current_setting('app.user_id', true))
        )
    );
