-- The bots that keep the service going: which there are, how they are, and everything that they did.

DO $$
BEGIN
    CREATE TYPE public.bot_health AS ENUM ('healthy', 'degraded', 'down');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.bot_health IS 'How a bot is, in its own words or in those of whoever watches it.';

DO $$
BEGIN
    CREATE TYPE public.bot_outcome AS ENUM ('succeeded', 'failed', 'skipped', 'needs_review');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.bot_outcome IS 'How an action of a bot ended.';

CREATE TABLE IF NOT EXISTS public.ai_bots (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    name text NOT NULL,
    purpose text NOT NULL,
    is_enabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ai_bots_pkey PRIMARY KEY (id),
    CONSTRAINT ai_bots_slug_key UNIQUE (slug),
    CONSTRAINT ai_bots_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);

COMMENT ON TABLE public.ai_bots IS 'The bots. Each deployment registers its own.';
COMMENT ON COLUMN public.ai_bots.is_enabled IS 'A bot that is not enabled gets no tasks.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.ai_bots
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.ai_bot_health (
    id bigint GENERATED ALWAYS AS IDENTITY,
    bot_id uuid NOT NULL,
    health public.bot_health NOT NULL,
    latency_ms integer,
    error_rate real NOT NULL DEFAULT 0,
    details jsonb NOT NULL DEFAULT '{}',
    checked_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ai_bot_health_pkey PRIMARY KEY (id),
    CONSTRAINT ai_bot_health_bot_id_fkey
        FOREIGN KEY (bot_id) REFERENCES public.ai_bots (id) ON DELETE CASCADE,
    CONSTRAINT ai_bot_health_latency_ms_check CHECK (latency_ms >= 0),
    CONSTRAINT ai_bot_health_error_rate_check CHECK (error_rate BETWEEN 0 AND 1),
    CONSTRAINT ai_bot_health_details_check CHECK (jsonb_typeof(details) = 'object')
);

CREATE INDEX IF NOT EXISTS ai_bot_health_bot_id_idx ON public.ai_bot_health (bot_id, checked_at DESC);

COMMENT ON TABLE public.ai_bot_health IS 'Health of the bots over time; old rows may be thinned out.';
COMMENT ON COLUMN public.ai_bot_health.error_rate IS 'Share of failed actions since the check before, from 0 to 1.';

CREATE TABLE IF NOT EXISTS public.bot_actions_log (
    id bigint GENERATED ALWAYS AS IDENTITY,
    bot_id uuid NOT NULL,
    action text NOT NULL,
    outcome public.bot_outcome NOT NULL,
    subject_table text,
    subject_id text,
    request jsonb,
    result jsonb,
    model text,
    tokens_in integer NOT NULL DEFAULT 0,
    tokens_out integer NOT NULL DEFAULT 0,
    cost_micros bigint NOT NULL DEFAULT 0,
    duration_ms integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bot_actions_log_pkey PRIMARY KEY (id),
    CONSTRAINT bot_actions_log_bot_id_fkey
        FOREIGN KEY (bot_id) REFERENCES public.ai_bots (id) ON DELETE RESTRICT,
    CONSTRAINT bot_actions_log_subject_check CHECK ((subject_table IS NULL) = (subject_id IS NULL)),
    CONSTRAINT bot_actions_log_usage_check CHECK (tokens_in >= 0 AND tokens_out >= 0 AND cost_micros >= 0),
    CONSTRAINT bot_actions_log_duration_ms_check CHECK (duration_ms >= 0)
);

CREATE INDEX IF NOT EXISTS bot_actions_log_bot_id_idx
    ON public.bot_actions_log (bot_id, created_at DESC);
CREATE INDEX IF NOT EXISTS bot_actions_log_subject_idx
    ON public.bot_actions_log (subject_table, subject_id) WHERE subject_table IS NOT NULL;
CREATE INDEX IF NOT EXISTS bot_actions_log_review_idx
    ON public.bot_actions_log (created_at) WHERE outcome = 'needs_review';

COMMENT ON TABLE public.bot_actions_log IS 'What the bots did. Rows are added, never changed or deleted.';
COMMENT ON COLUMN public.bot_actions_log.subject_id IS 'Key of the row acted upon, as text.';
COMMENT ON COLUMN public.bot_actions_log.cost_micros IS 'Cost in millionths of a US dollar.';

CREATE OR REPLACE TRIGGER refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON public.bot_actions_log
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE OR REPLACE VIEW public.bot_status
WITH (security_invoker = true)
AS
SELECT
    bot.id AS bot_id,
    bot.slug,
    bot.is_enabled,
    latest.health,
    latest.checked_at,
    coalesce(latest.checked_at < now() - INTERVAL '15 minutes', true) AS is_stale
FROM public.ai_bots AS bot
LEFT JOIN LATERAL (
    SELECT checked.health, checked.checked_at
    FROM public.ai_bot_health AS checked
    WHERE checked.bot_id = bot.id
    ORDER BY checked.checked_at DESC
    LIMIT 1
) AS latest ON true;

COMMENT ON VIEW public.bot_status IS
    'The bots with their latest health; stale if nothing was heard for a quarter of an hour.';

-- Privileges

REVOKE ALL ON TABLE public.ai_bots, public.ai_bot_health, public.bot_actions_log, public.bot_status
    FROM anon, authenticated;
GRANT ALL ON TABLE public.ai_bots, public.ai_bot_health, public.bot_actions_log, public.bot_status
    TO service_role;
GRANT SELECT ON TABLE public.ai_bots, public.ai_bot_health, public.bot_actions_log, public.bot_status
    TO authenticated;

-- Row-level security

ALTER TABLE public.ai_bots ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.ai_bot_health ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bot_actions_log ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ai_bots_select_admin ON public.ai_bots;
CREATE POLICY ai_bots_select_admin ON public.ai_bots
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS ai_bot_health_select_admin ON public.ai_bot_health;
CREATE POLICY ai_bot_health_select_admin ON public.ai_bot_health
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS bot_actions_log_select_admin ON public.bot_actions_log;
CREATE POLICY bot_actions_log_select_admin ON public.bot_actions_log
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));
