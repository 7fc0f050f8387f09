-- The prototype, as it is before the upgrade: surveys, the profiles computed from them, the bank of activities,
-- games, and how well two profiles fit. Everybody is anonymous; only the back end connects, as the owner.

CREATE TABLE IF NOT EXISTS public.survey_submissions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    respondent_name text,
    answers jsonb NOT NULL,
    submitted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT survey_submissions_pkey PRIMARY KEY (id),
    CONSTRAINT survey_submissions_answers_check CHECK (jsonb_typeof(answers) = 'object')
);

COMMENT ON TABLE public.survey_submissions IS 'Completed surveys, as they were answered.';

CREATE TABLE IF NOT EXISTS public.profiles (
    id bigint GENERATED ALWAYS AS IDENTITY,
    submission_id uuid NOT NULL,
    power_orientation text NOT NULL,
    domain_scores jsonb NOT NULL,
    boundaries jsonb NOT NULL DEFAULT '[]',
    anatomy jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT profiles_pkey PRIMARY KEY (id),
    CONSTRAINT profiles_submission_id_key UNIQUE (submission_id),
    CONSTRAINT profiles_submission_id_fkey
        FOREIGN KEY (submission_id) REFERENCES public.survey_submissions (id) ON DELETE CASCADE,
    CONSTRAINT profiles_power_orientation_check CHECK (power_orientation IN ('top', 'bottom', 'switch')),
    CONSTRAINT profiles_domain_scores_check CHECK (jsonb_typeof(domain_scores) = 'object'),
    CONSTRAINT profiles_boundaries_check CHECK (jsonb_typeof(boundaries) = 'array')
);

COMMENT ON TABLE public.profiles IS 'What a survey says about a person.';
COMMENT ON COLUMN public.profiles.domain_scores IS 'Domain to score, from 0 to 100.';
COMMENT ON COLUMN public.profiles.boundaries IS 'Themes that must never come up.';

CREATE TABLE IF NOT EXISTS public.activities (
    id bigint GENERATED ALWAYS AS IDENTITY,
    slug text NOT NULL,
    kind text NOT NULL,
    rating text NOT NULL,
    theme text NOT NULL,
    prompt text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT activities_pkey PRIMARY KEY (id),
    CONSTRAINT activities_slug_key UNIQUE (slug),
    CONSTRAINT activities_kind_check CHECK (kind IN ('truth', 'dare')),
    CONSTRAINT activities_rating_check CHECK (rating IN ('G', 'R', 'X'))
);

CREATE INDEX IF NOT EXISTS activities_choice_idx ON public.activities (kind, rating, theme) WHERE is_active;

COMMENT ON TABLE public.activities IS 'The bank of truths and dares.';

CREATE TABLE IF NOT EXISTS public.sessions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    player_a_profile_id bigint NOT NULL,
    player_b_profile_id bigint,
    rating text NOT NULL DEFAULT 'G',
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_player_a_profile_id_fkey
        FOREIGN KEY (player_a_profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT sessions_player_b_profile_id_fkey
        FOREIGN KEY (player_b_profile_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT sessions_rating_check CHECK (rating IN ('G', 'R', 'X'))
);

CREATE INDEX IF NOT EXISTS sessions_player_a_profile_id_idx ON public.sessions (player_a_profile_id);
CREATE INDEX IF NOT EXISTS sessions_player_b_profile_id_idx ON public.sessions (player_b_profile_id);

COMMENT ON TABLE public.sessions IS 'Games: of one player, or of two.';

CREATE TABLE IF NOT EXISTS public.session_activities (
    id bigint GENERATED ALWAYS AS IDENTITY,
    session_id uuid NOT NULL,
    activity_id bigint NOT NULL,
    position smallint NOT NULL,
    was_skipped boolean NOT NULL DEFAULT false,
    presented_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT session_activities_pkey PRIMARY KEY (id),
    CONSTRAINT session_activities_session_id_position_key UNIQUE (session_id, position),
    CONSTRAINT session_activities_session_id_fkey
        FOREIGN KEY (session_id) REFERENCES public.sessions (id) ON DELETE CASCADE,
    CONSTRAINT session_activities_activity_id_fkey
        FOREIGN KEY (activity_id) REFERENCES public.activities (id) ON DELETE RESTRICT
);

CREATE INDEX IF NOT EXISTS session_activities_activity_id_idx ON public.session_activities (activity_id);

COMMENT ON TABLE public.session_activities IS 'What was played in a game, in order.';

CREATE TABLE IF NOT EXISTS public.compatibility_results (
    id bigint GENERATED ALWAYS AS IDENTITY,
    profile_a_id bigint NOT NULL,
    profile_b_id bigint NOT NULL,
    score smallint NOT NULL,
    breakdown jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT compatibility_results_pkey PRIMARY KEY (id),
    CONSTRAINT compatibility_results_pair_key UNIQUE (profile_a_id, profile_b_id),
    CONSTRAINT compatibility_results_profile_a_id_fkey
        FOREIGN KEY (profile_a_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT compatibility_results_profile_b_id_fkey
        FOREIGN KEY (profile_b_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT compatibility_results_pair_check CHECK (profile_a_id < profile_b_id),
    CONSTRAINT compatibility_results_score_check CHECK (score BETWEEN 0 AND 100)
);

CREATE INDEX IF NOT EXISTS compatibility_results_profile_b_id_idx ON public.compatibility_results (profile_b_id);

COMMENT ON TABLE public.compatibility_results IS 'How well two profiles fit, from 0 to 100.';

-- Nobody but the back end: clients of the hosting's API see nothing of the prototype.

REVOKE ALL ON TABLE
    public.survey_submissions, public.profiles, public.activities, public.sessions, public.session_activities,
    public.compatibility_results
    FROM anon, authenticated;
