-- What was played, so that nothing repeats; what the language model wrote; what was paid.

DO $$
BEGIN
    CREATE TYPE public.activity_feedback AS ENUM ('liked', 'neutral', 'disliked');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.activity_feedback IS 'How an activity was for a player.';

DO $$
BEGIN
    CREATE TYPE public.store AS ENUM ('app_store', 'play_store');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.store IS 'Where a subscription was bought.';

DO $$
BEGIN
    CREATE TYPE public.transaction_kind AS ENUM ('purchase', 'renewal', 'cancellation', 'refund');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.transaction_kind IS
    'What a store reports. A cancelled subscription runs on to its end; a refunded one ends at once.';

-- History

CREATE TABLE IF NOT EXISTS public.user_activity_history (
    id bigint GENERATED ALWAYS AS IDENTITY,
    user_id uuid,
    anonymous_session_id text,
    session_id uuid,
    activity_id bigint NOT NULL,
    theme text NOT NULL,
    presented_at timestamptz NOT NULL DEFAULT now(),
    was_skipped boolean NOT NULL DEFAULT false,
    feedback public.activity_feedback,
    CONSTRAINT user_activity_history_pkey PRIMARY KEY (id),
    CONSTRAINT user_activity_history_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE,
    CONSTRAINT user_activity_history_session_id_fkey
        FOREIGN KEY (session_id) REFERENCES public.sessions (id) ON DELETE SET NULL,
    CONSTRAINT user_activity_history_activity_id_fkey
        FOREIGN KEY (activity_id) REFERENCES public.activities (id) ON DELETE CASCADE,
    CONSTRAINT user_activity_history_owner_check CHECK (num_nonnulls(user_id, anonymous_session_id) = 1)
);

CREATE INDEX IF NOT EXISTS user_activity_history_user_id_presented_at_idx
    ON public.user_activity_history (user_id, presented_at);
CREATE INDEX IF NOT EXISTS user_activity_history_anonymous_presented_at_idx
    ON public.user_activity_history (anonymous_session_id, presented_at) WHERE anonymous_session_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS user_activity_history_session_id_idx
    ON public.user_activity_history (session_id, presented_at);
CREATE INDEX IF NOT EXISTS user_activity_history_activity_id_idx ON public.user_activity_history (activity_id);
CREATE INDEX IF NOT EXISTS user_activity_history_feedback_idx
    ON public.user_activity_history (activity_id, feedback) WHERE feedback IS NOT NULL;

COMMENT ON TABLE public.user_activity_history IS 'Which activity was presented to whom, and how it was.';
COMMENT ON COLUMN public.user_activity_history.theme IS 'The activity''s theme as it was then.';

CREATE OR REPLACE FUNCTION public.recent_activity_ids(for_user uuid, for_visitor text)
RETURNS SETOF bigint
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT recent.activity_id
    FROM (
        SELECT history.activity_id, history.presented_at
        FROM public.user_activity_history AS history
        WHERE history.user_id = for_user OR history.anonymous_session_id = for_visitor
        ORDER BY history.presented_at DESC, history.id DESC
        LIMIT 100
    ) AS recent
    WHERE recent.presented_at > now() - INTERVAL '1 year'
$function$;

COMMENT ON FUNCTION public.recent_activity_ids(uuid, text) IS
    'Activities that must not come up again for a user or an anonymous visitor: until a year has passed, or a hundred '
    'others were presented, whichever comes first.';

CREATE OR REPLACE FUNCTION public.may_play_theme(for_session uuid, wanted_theme text)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT count(*) FILTER (WHERE latest.theme = wanted_theme) < 2
    FROM (
        SELECT history.theme
        FROM public.user_activity_history AS history
        WHERE history.session_id = for_session
        ORDER BY history.presented_at DESC, history.id DESC
        LIMIT 2
    ) AS latest
$function$;

COMMENT ON FUNCTION public.may_play_theme(uuid, text) IS 'Whether a theme may come now: at most twice in succession.';

CREATE OR REPLACE FUNCTION public.needs_skip_nudge(for_session uuid)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT count(*) = 3 AND coalesce(bool_and(latest.was_skipped), false)
    FROM (
        SELECT history.was_skipped
        FROM public.user_activity_history AS history
        WHERE history.session_id = for_session
        ORDER BY history.presented_at DESC, history.id DESC
        LIMIT 3
    ) AS latest
$function$;

COMMENT ON FUNCTION public.needs_skip_nudge(uuid) IS 'Whether the last three activities of a game were all skipped.';

CREATE OR REPLACE FUNCTION public.next_activities(
    for_session uuid,
    for_user uuid,
    for_visitor text,
    wanted_kind text,
    amount integer DEFAULT 1
)
RETURNS TABLE (activity_id bigint, theme text, prompt text)
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT activity.id, activity.theme, activity.prompt
    FROM public.sessions AS game
    JOIN public.activities AS activity
        ON activity.is_active
        AND activity.kind = wanted_kind
        AND activity.rating::public.intimacy_level <= game.intimacy_level
    WHERE game.id = for_session
      AND activity.id NOT IN (SELECT recent FROM public.recent_activity_ids(for_user, for_visitor) AS recent)
      AND public.may_play_theme(for_session, activity.theme)
      AND NOT EXISTS (
          SELECT 1
          FROM public.profiles AS player
          WHERE player.id IN (game.primary_profile_id, game.partner_profile_id)
            AND player.boundaries ? activity.theme
      )
    ORDER BY activity.rating::public.intimacy_level DESC, random()
    LIMIT amount
$function$;

COMMENT ON FUNCTION public.next_activities(uuid, uuid, text, text, integer) IS
    'What may come next in a game: within its level and the boundaries of both, no repetition, no third in succession '
    'of a theme.';

CREATE OR REPLACE FUNCTION public.present_activity(
    for_session uuid,
    for_user uuid,
    for_visitor text,
    wanted_activity bigint
)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = ''
AS $function$
DECLARE
    presented bigint;
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.recent_activity_ids(for_user, for_visitor) AS recent WHERE recent = wanted_activity
    ) THEN
        RAISE EXCEPTION 'activity % was presented lately', wanted_activity USING ERRCODE = 'unique_violation';
    END IF;
    IF for_user IS NOT NULL AND NOT public.count_activity(for_user) THEN
        RAISE EXCEPTION 'no activity is left today'
            USING ERRCODE = 'program_limit_exceeded', HINT = 'premium has no daily limit';
    END IF;
    INSERT INTO public.user_activity_history (user_id, anonymous_session_id, session_id, activity_id, theme)
    SELECT for_user, for_visitor, for_session, activity.id, activity.theme
    FROM public.activities AS activity
    WHERE activity.id = wanted_activity
    RETURNING id INTO presented;
    RETURN presented;
END
$function$;

COMMENT ON FUNCTION public.present_activity(uuid, uuid, text, bigint) IS
    'Notes that an activity is presented, and counts it; refuses a repetition, and one over the daily limit.';

-- The language model

CREATE TABLE IF NOT EXISTS public.ai_generation_logs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    session_id uuid,
    user_id uuid,
    model text NOT NULL,
    prompt_version text NOT NULL,
    prompt_tokens integer NOT NULL,
    completion_tokens integer NOT NULL,
    duration_ms integer NOT NULL,
    was_valid boolean NOT NULL,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ai_generation_logs_pkey PRIMARY KEY (id),
    CONSTRAINT ai_generation_logs_session_id_fkey
        FOREIGN KEY (session_id) REFERENCES public.sessions (id) ON DELETE SET NULL,
    CONSTRAINT ai_generation_logs_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE SET NULL,
    CONSTRAINT ai_generation_logs_tokens_check CHECK (prompt_tokens >= 0 AND completion_tokens >= 0),
    CONSTRAINT ai_generation_logs_duration_ms_check CHECK (duration_ms >= 0)
);

CREATE INDEX IF NOT EXISTS ai_generation_logs_session_id_idx ON public.ai_generation_logs (session_id);
CREATE INDEX IF NOT EXISTS ai_generation_logs_user_id_idx ON public.ai_generation_logs (user_id, created_at);
CREATE INDEX IF NOT EXISTS ai_generation_logs_failed_idx
    ON public.ai_generation_logs (created_at) WHERE NOT was_valid;

COMMENT ON TABLE public.ai_generation_logs IS 'Each time that activities were written by a language model.';
COMMENT ON COLUMN public.ai_generation_logs.was_valid IS 'Whether the content passed validation.';

-- Subscriptions

CREATE TABLE IF NOT EXISTS public.subscription_transactions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    store public.store NOT NULL,
    store_transaction_id text NOT NULL,
    kind public.transaction_kind NOT NULL,
    product_id text NOT NULL,
    amount_cents integer NOT NULL,
    currency text NOT NULL,
    expires_at timestamptz NOT NULL,
    receipt jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscription_transactions_pkey PRIMARY KEY (id),
    CONSTRAINT subscription_transactions_store_key UNIQUE (store, store_transaction_id),
    CONSTRAINT subscription_transactions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE,
    CONSTRAINT subscription_transactions_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);

CREATE INDEX IF NOT EXISTS subscription_transactions_user_id_idx
    ON public.subscription_transactions (user_id, created_at);

COMMENT ON TABLE public.subscription_transactions IS
    'What the stores reported. They may report twice; the key makes the second time an error that can be ignored.';

CREATE OR REPLACE FUNCTION public.apply_subscription_transaction()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    UPDATE public.users
    SET subscription_tier = CASE WHEN NEW.kind = 'refund' THEN 'free' ELSE 'premium' END::public.subscription_tier,
        subscription_expires_at = CASE WHEN NEW.kind = 'refund' THEN now() ELSE NEW.expires_at END
    WHERE id = NEW.user_id;
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.apply_subscription_transaction() IS
    'Trigger function: gives a user the tier and the end that the last transaction says.';

CREATE OR REPLACE TRIGGER apply_subscription_transaction
    AFTER INSERT ON public.subscription_transactions
    FOR EACH ROW EXECUTE FUNCTION public.apply_subscription_transaction();

CREATE OR REPLACE FUNCTION public.end_expired_subscriptions()
RETURNS bigint
LANGUAGE sql
SET search_path = ''
AS $function$
    WITH ended AS (
        UPDATE public.users
        SET subscription_tier = 'free'
        WHERE subscription_tier = 'premium' AND subscription_expires_at <= now()
        RETURNING id
    )
    SELECT count(*) FROM ended
$function$;

COMMENT ON FUNCTION public.end_expired_subscriptions() IS
    'Puts users back into the free tier whose subscription has run out, and returns how many. To be run each hour.';

-- Privileges: functions are the back end's; tables are closed to clients until the policies of 008.

REVOKE ALL ON FUNCTION public.recent_activity_ids(uuid, text) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.may_play_theme(uuid, text) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.needs_skip_nudge(uuid) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.next_activities(uuid, uuid, text, text, integer) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.present_activity(uuid, uuid, text, bigint) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.end_expired_subscriptions() FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.recent_activity_ids(uuid, text) TO service_role;
GRANT EXECUTE ON FUNCTION public.may_play_theme(uuid, text) TO service_role;
GRANT EXECUTE ON FUNCTION public.needs_skip_nudge(uuid) TO service_role;
GRANT EXECUTE ON FUNCTION public.next_activities(uuid, uuid, text, text, integer) TO service_role;
GRANT EXECUTE ON FUNCTION public.present_activity(uuid, uuid, text, bigint) TO service_role;
GRANT EXECUTE ON FUNCTION public.end_expired_subscriptions() TO service_role;

REVOKE ALL ON TABLE
    public.user_activity_history, public.ai_generation_logs, public.subscription_transactions
    FROM anon, authenticated;

ALTER TABLE public.user_activity_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.ai_generation_logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.subscription_transactions ENABLE ROW LEVEL SECURITY;
