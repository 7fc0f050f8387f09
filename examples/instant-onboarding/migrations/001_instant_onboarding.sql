-- Instant onboarding: a visitor answers a few questions in a chat and gets a birth chart, before there is an account.
--
-- A session is known by its key alone, a token that only the visitor's own client has. The client sends it in the
-- request header x-session-key; once an account has taken the session over, the key opens nothing any more.
-- service_role is the back end: it alone moves a session on to its chart, and writes profiles.

-- Types

DO $$
BEGIN
    CREATE TYPE public.session_status AS ENUM (
        'started', 'collecting_data', 'generating_chart', 'completed', 'failed'
    );
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.session_status IS 'How far an onboarding session is.';

DO $$
BEGIN
    CREATE TYPE public.onboarding_channel AS ENUM ('whatsapp', 'web', 'voice', 'sms');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.onboarding_channel IS 'Where a visitor talks with us.';

-- Sessions

CREATE TABLE IF NOT EXISTS public.instant_onboarding_sessions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    session_key text NOT NULL,
    user_id uuid,
    channel public.onboarding_channel NOT NULL,
    language text NOT NULL DEFAULT 'en',
    phone_number text,
    collected_data jsonb NOT NULL DEFAULT '{}',
    status public.session_status NOT NULL DEFAULT 'started',
    chart_generated boolean NOT NULL DEFAULT false,
    chart_id uuid,
    failure_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    CONSTRAINT instant_onboarding_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT instant_onboarding_sessions_session_key_key UNIQUE (session_key),
    CONSTRAINT instant_onboarding_sessions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE SET NULL,
    CONSTRAINT instant_onboarding_sessions_session_key_check CHECK (char_length(session_key) BETWEEN 16 AND 200),
    CONSTRAINT instant_onboarding_sessions_language_check CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
    CONSTRAINT instant_onboarding_sessions_phone_number_check CHECK (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
    CONSTRAINT instant_onboarding_sessions_collected_data_check CHECK (jsonb_typeof(collected_data) = 'object'),
    CONSTRAINT instant_onboarding_sessions_chart_id_check CHECK (chart_generated OR chart_id IS NULL),
    CONSTRAINT instant_onboarding_sessions_completed_at_check CHECK (completed_at >= created_at)
);

COMMENT ON TABLE public.instant_onboarding_sessions IS 'One talk with a visitor, from the first question to the chart.';
COMMENT ON COLUMN public.instant_onboarding_sessions.session_key IS
    'A random token of at least 16 characters: whoever has it may read and go on with an anonymous session.';
COMMENT ON COLUMN public.instant_onboarding_sessions.user_id IS 'The account that took the session over, if one did.';
COMMENT ON COLUMN public.instant_onboarding_sessions.language IS 'BCP 47: en, pt-BR.';
COMMENT ON COLUMN public.instant_onboarding_sessions.phone_number IS 'E.164, with the plus sign.';
COMMENT ON COLUMN public.instant_onboarding_sessions.collected_data IS 'The answers so far, one key an answer.';

CREATE INDEX IF NOT EXISTS instant_onboarding_sessions_user_id_idx
    ON public.instant_onboarding_sessions (user_id);
CREATE INDEX IF NOT EXISTS instant_onboarding_sessions_phone_number_idx
    ON public.instant_onboarding_sessions (phone_number) WHERE phone_number IS NOT NULL;
CREATE INDEX IF NOT EXISTS instant_onboarding_sessions_status_idx
    ON public.instant_onboarding_sessions (status);
CREATE INDEX IF NOT EXISTS instant_onboarding_sessions_created_at_idx
    ON public.instant_onboarding_sessions (created_at DESC);
CREATE INDEX IF NOT EXISTS instant_onboarding_sessions_channel_idx
    ON public.instant_onboarding_sessions (channel, created_at DESC);
CREATE INDEX IF NOT EXISTS instant_onboarding_sessions_incomplete_idx
    ON public.instant_onboarding_sessions (created_at) WHERE status <> 'completed';

CREATE OR REPLACE FUNCTION public.set_instant_onboarding_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.set_instant_onboarding_updated_at() IS 'Trigger function: stamps updated_at.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.instant_onboarding_sessions
    FOR EACH ROW EXECUTE FUNCTION public.set_instant_onboarding_updated_at();

-- Profiles

CREATE TABLE IF NOT EXISTS public.instant_onboarding_profiles (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    session_id uuid NOT NULL,
    profile_id uuid,
    user_id uuid,
    viewed_chart boolean NOT NULL DEFAULT false,
    shared_chart boolean NOT NULL DEFAULT false,
    converted_to_full_user boolean NOT NULL DEFAULT false,
    last_viewed_at timestamptz,
    converted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT instant_onboarding_profiles_pkey PRIMARY KEY (id),
    CONSTRAINT instant_onboarding_profiles_session_id_key UNIQUE (session_id),
    CONSTRAINT instant_onboarding_profiles_session_id_fkey
        FOREIGN KEY (session_id) REFERENCES public.instant_onboarding_sessions (id) ON DELETE CASCADE,
    CONSTRAINT instant_onboarding_profiles_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE SET NULL,
    CONSTRAINT instant_onboarding_profiles_converted_at_check CHECK (converted_to_full_user OR converted_at IS NULL)
);

COMMENT ON TABLE public.instant_onboarding_profiles IS 'What became of a session: the profile made from it, and its use.';
COMMENT ON COLUMN public.instant_onboarding_profiles.profile_id IS 'Key of the profile in the main application.';
COMMENT ON COLUMN public.instant_onboarding_profiles.user_id IS 'The account that the visitor made, if one was made.';

CREATE INDEX IF NOT EXISTS instant_onboarding_profiles_profile_id_idx
    ON public.instant_onboarding_profiles (profile_id);
CREATE INDEX IF NOT EXISTS instant_onboarding_profiles_user_id_idx
    ON public.instant_onboarding_profiles (user_id);
CREATE INDEX IF NOT EXISTS instant_onboarding_profiles_created_at_idx
    ON public.instant_onboarding_profiles (created_at DESC);

-- Analytics

CREATE OR REPLACE VIEW public.instant_onboarding_session_stats
WITH (security_invoker = true)
AS
SELECT
    created_at::date AS date,
    channel,
    count(*) AS total_sessions,
    count(*) FILTER (WHERE status = 'completed') AS completed_sessions,
    count(*) FILTER (WHERE status = 'failed') AS failed_sessions,
    round(100.0 * count(*) FILTER (WHERE status = 'completed') / count(*), 2) AS completion_rate,
    round(avg(extract(EPOCH FROM completed_at - created_at)) FILTER (WHERE status = 'completed'), 1)
        AS avg_completion_seconds
FROM public.instant_onboarding_sessions
GROUP BY created_at::date, channel;

COMMENT ON VIEW public.instant_onboarding_session_stats IS
    'Sessions by day and channel; a day is one of the session''s time zone, rates are percentages.';

CREATE OR REPLACE VIEW public.instant_onboarding_conversion_metrics
WITH (security_invoker = true)
AS
SELECT
    session.created_at::date AS date,
    count(*) AS total_sessions,
    count(*) FILTER (WHERE session.chart_generated) AS charts_generated,
    count(*) FILTER (WHERE profile.viewed_chart) AS charts_viewed,
    count(*) FILTER (WHERE profile.shared_chart) AS charts_shared,
    count(*) FILTER (WHERE profile.converted_to_full_user) AS conversions,
    round(100.0 * count(*) FILTER (WHERE profile.viewed_chart) / count(*), 2) AS view_rate,
    round(100.0 * count(*) FILTER (WHERE profile.shared_chart) / count(*), 2) AS share_rate,
    round(100.0 * count(*) FILTER (WHERE profile.converted_to_full_user) / count(*), 2) AS conversion_rate
FROM public.instant_onboarding_sessions AS session
LEFT JOIN public.instant_onboarding_profiles AS profile ON profile.session_id = session.id
GROUP BY session.created_at::date;

COMMENT ON VIEW public.instant_onboarding_conversion_metrics IS
    'By day, what share of the sessions led to a chart seen, shared, and to an account; rates are percentages.';

-- Clean-up

CREATE OR REPLACE FUNCTION public.cleanup_expired_onboarding_sessions()
RETURNS bigint
LANGUAGE sql
SECURITY DEFINER
SET search_path = ''
AS $function$
    WITH gone AS (
        DELETE FROM public.instant_onboarding_sessions AS session
        WHERE session.status <> 'completed'
            AND session.created_at < now() - INTERVAL '7 days'
            AND NOT EXISTS (
                SELECT 1 FROM public.instant_onboarding_profiles AS profile WHERE profile.session_id = session.id
            )
        RETURNING session.id
    )
    SELECT count(*) FROM gone
$function$;

COMMENT ON FUNCTION public.cleanup_expired_onboarding_sessions() IS
    'Deletes sessions older than 7 days that were not completed and led to no profile; returns how many.';

REVOKE ALL ON FUNCTION public.cleanup_expired_onboarding_sessions() FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.cleanup_expired_onboarding_sessions() TO service_role;

-- Privileges: a client never writes what the back end decides (the chart, failures, times).

REVOKE ALL ON TABLE
    public.instant_onboarding_sessions, public.instant_onboarding_profiles,
    public.instant_onboarding_session_stats, public.instant_onboarding_conversion_metrics
    FROM anon, authenticated;
GRANT ALL ON TABLE public.instant_onboarding_sessions, public.instant_onboarding_profiles TO service_role;
GRANT SELECT ON TABLE public.instant_onboarding_session_stats, public.instant_onboarding_conversion_metrics
    TO service_role;
GRANT SELECT, INSERT (session_key, channel, language, phone_number, collected_data, status)
    ON TABLE public.instant_onboarding_sessions TO anon;
GRANT UPDATE (language, phone_number, collected_data) ON TABLE public.instant_onboarding_sessions TO anon;
GRANT SELECT, INSERT (session_key, channel, language, phone_number, collected_data, status, user_id)
    ON TABLE public.instant_onboarding_sessions TO authenticated;
GRANT UPDATE (language, phone_number, collected_data, user_id)
    ON TABLE public.instant_onboarding_sessions TO authenticated;
GRANT SELECT ON TABLE public.instant_onboarding_profiles TO authenticated;

-- Row-level security

ALTER TABLE public.instant_onboarding_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.instant_onboarding_profiles ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS sessions_insert_anonymous ON public.instant_onboarding_sessions;
CREATE POLICY sessions_insert_anonymous ON public.instant_onboarding_sessions
    FOR INSERT TO anon
    WITH CHECK (user_id IS NULL AND status IN ('started', 'collecting_data'));

DROP POLICY IF EXISTS sessions_insert_own ON public.instant_onboarding_sessions;
CREATE POLICY sessions_insert_own ON public.instant_onboarding_sessions
    FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT auth.uid()) AND status IN ('started', 'collecting_data'));

DROP POLICY IF EXISTS sessions_select_own ON public.instant_onboarding_sessions;
CREATE POLICY sessions_select_own ON public.instant_onboarding_sessions
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS sessions_update_own ON public.instant_onboarding_sessions;
CREATE POLICY sessions_update_own ON public.instant_onboarding_sessions
    FOR UPDATE TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS sessions_select_by_key ON public.instant_onboarding_sessions;
CREATE POLICY sessions_select_by_key ON public.instant_onboarding_sessions
    FOR SELECT TO anon, authenticated
    USING (
        user_id IS NULL
        AND session_key = (SELECT nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-session-key')
    );

DROP POLICY IF EXISTS sessions_update_by_key ON public.instant_onboarding_sessions;
CREATE POLICY sessions_update_by_key ON public.instant_onboarding_sessions
    FOR UPDATE TO anon, authenticated
    USING (
        user_id IS NULL
        AND session_key = (SELECT nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-session-key')
    )
    WITH CHECK (user_id IS NULL OR user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS sessions_all_service_role ON public.instant_onboarding_sessions;
CREATE POLICY sessions_all_service_role ON public.instant_onboarding_sessions
    FOR ALL TO service_role USING (true) WITH CHECK (true);

DROP POLICY IF EXISTS profiles_select_own ON public.instant_onboarding_profiles;
CREATE POLICY profiles_select_own ON public.instant_onboarding_profiles
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS profiles_all_service_role ON public.instant_onboarding_profiles;
CREATE POLICY profiles_all_service_role ON public.instant_onboarding_profiles
    FOR ALL TO service_role USING (true) WITH CHECK (true);
