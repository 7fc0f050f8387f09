-- Daily engagement, badges, and the games whose answers teach us how two people get on.

DO $$
BEGIN
    CREATE TYPE public.badge_tier AS ENUM ('bronze', 'silver', 'gold');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.badge_tier IS 'Rank of a badge, lowest first.';

DO $$
BEGIN
    CREATE TYPE public.game_kind AS ENUM ('this_or_that', 'scenario', 'scale', 'estimate');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.game_kind IS 'How a game is played.';

DO $$
BEGIN
    CREATE TYPE public.question_kind AS ENUM ('choice', 'scale', 'text');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.question_kind IS 'How a question is answered.';

DO $$
BEGIN
    CREATE TYPE public.activity_status AS ENUM ('in_progress', 'completed', 'abandoned');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.activity_status IS 'How far a member has come with a game or a conversation.';

-- Engagement

CREATE TABLE IF NOT EXISTS public.engagement_sessions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    profile_id uuid NOT NULL,
    session_date date NOT NULL,
    activity_count integer NOT NULL DEFAULT 1,
    points integer NOT NULL DEFAULT 0,
    streak_days integer NOT NULL DEFAULT 1,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT engagement_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT engagement_sessions_profile_id_session_date_key UNIQUE (profile_id, session_date),
    CONSTRAINT engagement_sessions_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT engagement_sessions_activity_count_check CHECK (activity_count >= 1),
    CONSTRAINT engagement_sessions_points_check CHECK (points >= 0),
    CONSTRAINT engagement_sessions_streak_days_check CHECK (streak_days >= 1),
    CONSTRAINT engagement_sessions_seen_check CHECK (first_seen_at <= last_seen_at)
);

COMMENT ON TABLE public.engagement_sessions IS 'One row for each member and day on which the member did something.';
COMMENT ON COLUMN public.engagement_sessions.session_date IS 'The day in the member''s own time zone.';
COMMENT ON COLUMN public.engagement_sessions.streak_days IS 'Days in a row up to and including this one.';

CREATE OR REPLACE FUNCTION public.record_engagement(for_profile uuid, earned_points integer DEFAULT 0)
RETURNS public.engagement_sessions
LANGUAGE sql
SET search_path = ''
AS $function$
    WITH today AS (
        SELECT profile.id, (now() AT TIME ZONE profile.time_zone)::date AS day
        FROM public.profiles AS profile
        WHERE profile.id = for_profile
    )
    INSERT INTO public.engagement_sessions AS session (profile_id, session_date, points, streak_days)
    SELECT today.id, today.day, earned_points, coalesce(yesterday.streak_days, 0) + 1
    FROM today
    LEFT JOIN public.engagement_sessions AS yesterday
        ON yesterday.profile_id = today.id AND yesterday.session_date = today.day - 1
    ON CONFLICT (profile_id, session_date) DO UPDATE SET
        activity_count = session.activity_count + 1,
        points = session.points + excluded.points,
        last_seen_at = now()
    RETURNING session.*
$function$;

COMMENT ON FUNCTION public.record_engagement(uuid, integer) IS
    'Counts one activity on the member''s current day, adds the points earned and keeps the streak.';

REVOKE ALL ON FUNCTION public.record_engagement(uuid, integer) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.record_engagement(uuid, integer) TO service_role;

-- Badges

CREATE TABLE IF NOT EXISTS public.badges (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    tier public.badge_tier NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    metric text NOT NULL,
    threshold integer NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT badges_pkey PRIMARY KEY (id),
    CONSTRAINT badges_slug_key UNIQUE (slug),
    CONSTRAINT badges_metric_threshold_key UNIQUE (metric, threshold),
    CONSTRAINT badges_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT badges_metric_check CHECK (
        metric IN (
            'streak_days', 'games_completed', 'photos_approved', 'posts_published', 'puzzles_solved', 'feedback_given'
        )
    ),
    CONSTRAINT badges_threshold_check CHECK (threshold > 0)
);

COMMENT ON TABLE public.badges IS 'Catalogue of the badges that a member can earn.';
COMMENT ON COLUMN public.badges.metric IS 'What is counted.';
COMMENT ON COLUMN public.badges.threshold IS 'The count at which the badge is awarded.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.badges
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.user_badges (
    profile_id uuid NOT NULL,
    badge_id uuid NOT NULL,
    awarded_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz,
    CONSTRAINT user_badges_pkey PRIMARY KEY (profile_id, badge_id),
    CONSTRAINT user_badges_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_badges_badge_id_fkey
        FOREIGN KEY (badge_id) REFERENCES public.badges (id) ON DELETE RESTRICT
);

CREATE INDEX IF NOT EXISTS user_badges_badge_id_idx ON public.user_badges (badge_id);

COMMENT ON TABLE public.user_badges IS 'Badges that members have earned.';
COMMENT ON COLUMN public.user_badges.seen_at IS 'When the member dismissed the congratulation; NULL until then.';

-- Games

CREATE TABLE IF NOT EXISTS public.games (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    kind public.game_kind NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    trait text NOT NULL,
    estimated_minutes smallint NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT games_pkey PRIMARY KEY (id),
    CONSTRAINT games_slug_key UNIQUE (slug),
    CONSTRAINT games_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT games_estimated_minutes_check CHECK (estimated_minutes BETWEEN 1 AND 60)
);

COMMENT ON TABLE public.games IS 'Catalogue of games.';
COMMENT ON COLUMN public.games.trait IS 'The entry of profiles.personality that the answers inform.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.games
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.game_questions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    game_id uuid NOT NULL,
    ordinal smallint NOT NULL,
    kind public.question_kind NOT NULL,
    prompt text NOT NULL,
    options jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT game_questions_pkey PRIMARY KEY (id),
    CONSTRAINT game_questions_game_id_ordinal_key UNIQUE (game_id, ordinal),
    CONSTRAINT game_questions_game_id_fkey
        FOREIGN KEY (game_id) REFERENCES public.games (id) ON DELETE CASCADE,
    CONSTRAINT game_questions_ordinal_check CHECK (ordinal >= 1),
    CONSTRAINT game_questions_options_check CHECK (
        CASE kind
            WHEN 'choice' THEN jsonb_array_length(options) >= 2
            WHEN 'scale' THEN jsonb_array_length(options) = 2
            ELSE jsonb_array_length(options) = 0
        END
    )
);

COMMENT ON TABLE public.game_questions IS 'Questions of a game, in order.';
COMMENT ON COLUMN public.game_questions.options IS
    'For a choice its labels, for a scale the labels of its two ends, for free text nothing.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.game_questions
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.user_game_sessions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    profile_id uuid NOT NULL,
    game_id uuid NOT NULL,
    status public.activity_status NOT NULL DEFAULT 'in_progress',
    score smallint,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT user_game_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT user_game_sessions_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_game_sessions_game_id_fkey
        FOREIGN KEY (game_id) REFERENCES public.games (id) ON DELETE RESTRICT,
    CONSTRAINT user_game_sessions_score_check CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT user_game_sessions_finished_at_check
        CHECK ((status = 'in_progress') = (finished_at IS NULL) AND finished_at >= started_at)
);

CREATE INDEX IF NOT EXISTS user_game_sessions_profile_id_idx
    ON public.user_game_sessions (profile_id, started_at DESC);
CREATE INDEX IF NOT EXISTS user_game_sessions_game_id_idx
    ON public.user_game_sessions (game_id);
CREATE UNIQUE INDEX IF NOT EXISTS user_game_sessions_one_open_idx
    ON public.user_game_sessions (profile_id, game_id) WHERE status = 'in_progress';

COMMENT ON TABLE public.user_game_sessions IS
    'A member plays a game. A game may be played again, but only one session of it is open at a time.';
COMMENT ON COLUMN public.user_game_sessions.score IS 'From 0 to 100 on the game''s trait, set by the back end.';

CREATE TABLE IF NOT EXISTS public.user_game_responses (
    session_id uuid NOT NULL,
    question_id uuid NOT NULL,
    answer jsonb NOT NULL,
    answered_in_ms integer,
    answered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_game_responses_pkey PRIMARY KEY (session_id, question_id),
    CONSTRAINT user_game_responses_session_id_fkey
        FOREIGN KEY (session_id) REFERENCES public.user_game_sessions (id) ON DELETE CASCADE,
    CONSTRAINT user_game_responses_question_id_fkey
        FOREIGN KEY (question_id) REFERENCES public.game_questions (id) ON DELETE RESTRICT,
    CONSTRAINT user_game_responses_answer_check CHECK (jsonb_typeof(answer) IN ('string', 'number')),
    CONSTRAINT user_game_responses_answered_in_ms_check CHECK (answered_in_ms >= 0)
);

CREATE INDEX IF NOT EXISTS user_game_responses_question_id_idx
    ON public.user_game_responses (question_id);

COMMENT ON TABLE public.user_game_responses IS 'Answers given in a session, one for each question.';
COMMENT ON COLUMN public.user_game_responses.answer IS
    'The chosen label, the text, or a number from 0 to 100 on a scale.';

CREATE OR REPLACE VIEW public.game_catalogue
WITH (security_invoker = true)
AS
SELECT
    game.id,
    game.slug,
    game.kind,
    game.title,
    game.description,
    game.estimated_minutes,
    count(question.id) AS question_count
FROM public.games AS game
JOIN public.game_questions AS question ON question.game_id = game.id
WHERE game.is_active
GROUP BY game.id;

COMMENT ON VIEW public.game_catalogue IS 'Games that can be played now: active, and with questions.';

-- Privileges

REVOKE ALL ON TABLE
    public.engagement_sessions, public.badges, public.user_badges, public.games, public.game_questions,
    public.user_game_sessions, public.user_game_responses, public.game_catalogue
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.engagement_sessions, public.badges, public.user_badges, public.games, public.game_questions,
    public.user_game_sessions, public.user_game_responses, public.game_catalogue
    TO service_role;
GRANT SELECT ON TABLE public.badges, public.games, public.game_questions, public.game_catalogue
    TO anon, authenticated;
GRANT SELECT ON TABLE public.engagement_sessions TO authenticated;
GRANT SELECT, UPDATE (seen_at) ON TABLE public.user_badges TO authenticated;
GRANT SELECT, INSERT (profile_id, game_id), UPDATE (status, finished_at)
    ON TABLE public.user_game_sessions TO authenticated;
GRANT SELECT, INSERT, UPDATE ON TABLE public.user_game_responses TO authenticated;

-- Row-level security

ALTER TABLE public.engagement_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.badges ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_badges ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.games ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.game_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_game_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_game_responses ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS engagement_sessions_select_own ON public.engagement_sessions;
CREATE POLICY engagement_sessions_select_own ON public.engagement_sessions
    FOR SELECT TO authenticated
    USING (profile_id = (SELECT auth.uid()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS badges_select ON public.badges;
CREATE POLICY badges_select ON public.badges
    FOR SELECT TO anon, authenticated
    USING (is_active OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS user_badges_select_own ON public.user_badges;
CREATE POLICY user_badges_select_own ON public.user_badges
    FOR SELECT TO authenticated
    USING (profile_id = (SELECT auth.uid()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS user_badges_update_own ON public.user_badges;
CREATE POLICY user_badges_update_own ON public.user_badges
    FOR UPDATE TO authenticated
    USING (profile_id = (SELECT auth.uid()))
    WITH CHECK (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS games_select ON public.games;
CREATE POLICY games_select ON public.games
    FOR SELECT TO anon, authenticated
    USING (is_active OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS game_questions_select ON public.game_questions;
CREATE POLICY game_questions_select ON public.game_questions
    FOR SELECT TO anon, authenticated
    USING (EXISTS (SELECT 1 FROM public.games AS game WHERE game.id = game_questions.game_id));

DROP POLICY IF EXISTS user_game_sessions_select_own ON public.user_game_sessions;
CREATE POLICY user_game_sessions_select_own ON public.user_game_sessions
    FOR SELECT TO authenticated
    USING (profile_id = (SELECT auth.uid()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS user_game_sessions_insert_own ON public.user_game_sessions;
CREATE POLICY user_game_sessions_insert_own ON public.user_game_sessions
    FOR INSERT TO authenticated
    WITH CHECK (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_game_sessions_update_own ON public.user_game_sessions;
CREATE POLICY user_game_sessions_update_own ON public.user_game_sessions
    FOR UPDATE TO authenticated
    USING (profile_id = (SELECT auth.uid()) AND status = 'in_progress')
    WITH CHECK (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_game_responses_own ON public.user_game_responses;
CREATE POLICY user_game_responses_own ON public.user_game_responses
    FOR ALL TO authenticated
    USING (EXISTS (
        SELECT 1
        FROM public.user_game_sessions AS session
        WHERE session.id = user_game_responses.session_id
          AND session.profile_id = (SELECT auth.uid())
    ))
    WITH CHECK (EXISTS (
        SELECT 1
        FROM public.user_game_sessions AS session
        JOIN public.game_questions AS question ON question.game_id = session.game_id
        WHERE session.id = user_game_responses.session_id
          AND session.profile_id = (SELECT auth.uid())
          AND session.status = 'in_progress'
          AND question.id = user_game_responses.question_id
    ));
