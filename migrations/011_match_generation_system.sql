-- Matches: how candidates are found, what the two members answer, and the report that introduces them.

DO $$
BEGIN
    CREATE TYPE public.match_response AS ENUM ('pending', 'accepted', 'declined');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.match_response IS 'What one of the two says to a proposed match.';

DO $$
BEGIN
    CREATE TYPE public.match_status AS ENUM ('proposed', 'accepted', 'declined');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.match_status IS 'What the two answers amount to.';

-- Finding candidates

CREATE OR REPLACE FUNCTION public.distance_km(
    from_latitude double precision,
    from_longitude double precision,
    to_latitude double precision,
    to_longitude double precision
)
RETURNS double precision
LANGUAGE sql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = ''
AS $function$
    SELECT 2 * 6371 * asin(least(1, sqrt(
        sind((to_latitude - from_latitude) / 2) ^ 2
        + cosd(from_latitude) * cosd(to_latitude) * sind((to_longitude - from_longitude) / 2) ^ 2
    )))
$function$;

COMMENT ON FUNCTION public.distance_km(double precision, double precision, double precision, double precision) IS
    'Great-circle distance between two points in kilometres (haversine, mean radius of the Earth).';

CREATE OR REPLACE FUNCTION public.suits_preferences(seeker uuid, candidate uuid)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT coalesce(bool_and(
        extract(year FROM age(other.birth_date)) BETWEEN preference.min_age AND preference.max_age
        AND (preference.genders = '{}' OR other.gender = ANY (preference.genders))
        AND (preference.goals = '{}' OR other.goal = ANY (preference.goals))
        AND (
            preference.max_distance_km IS NULL
            OR preference.max_distance_km
                >= public.distance_km(me.latitude, me.longitude, other.latitude, other.longitude)
        )
    ), true)
    FROM public.user_preferences AS preference
    JOIN public.profiles AS me ON me.id = preference.profile_id
    JOIN public.profiles AS other ON other.id = candidate
    WHERE preference.profile_id = seeker AND preference.is_active
$function$;

COMMENT ON FUNCTION public.suits_preferences(uuid, uuid) IS
    'Whether the candidate is what the seeker looks for now. What is unknown excludes nobody: '
    'no active preferences, or a distance that cannot be told.';

CREATE OR REPLACE FUNCTION public.breaks_deal(seeker uuid, candidate uuid)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT EXISTS (
        SELECT 1
        FROM public.user_dealbreakers AS refused
        JOIN public.user_dealbreakers AS stated ON stated.dealbreaker_id = refused.dealbreaker_id
        WHERE refused.profile_id = seeker
          AND NOT refused.applies_to_self
          AND refused.severity = 'absolute'
          AND stated.profile_id = candidate
          AND stated.applies_to_self
    )
$function$;

COMMENT ON FUNCTION public.breaks_deal(uuid, uuid) IS
    'Whether the candidate states something that the seeker absolutely refuses.';

-- Matches

CREATE TABLE IF NOT EXISTS public.match_generation_runs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    status public.job_status NOT NULL DEFAULT 'running',
    algorithm text NOT NULL,
    profiles_considered integer NOT NULL DEFAULT 0,
    matches_proposed integer NOT NULL DEFAULT 0,
    error text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT match_generation_runs_pkey PRIMARY KEY (id),
    CONSTRAINT match_generation_runs_counts_check CHECK (profiles_considered >= 0 AND matches_proposed >= 0),
    CONSTRAINT match_generation_runs_finished_at_check
        CHECK ((status = 'running') = (finished_at IS NULL) AND finished_at >= started_at),
    CONSTRAINT match_generation_runs_error_check CHECK (error IS NULL OR status = 'failed')
);

CREATE UNIQUE INDEX IF NOT EXISTS match_generation_runs_one_running_idx
    ON public.match_generation_runs (status) WHERE status = 'running';

COMMENT ON TABLE public.match_generation_runs IS 'Log of the job that proposes matches; one at a time.';
COMMENT ON COLUMN public.match_generation_runs.algorithm IS 'Name and version of the scoring, to compare runs.';

CREATE TABLE IF NOT EXISTS public.matches (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    run_id bigint,
    first_profile_id uuid NOT NULL,
    second_profile_id uuid NOT NULL,
    score smallint NOT NULL,
    score_parts jsonb NOT NULL DEFAULT '{}',
    first_response public.match_response NOT NULL DEFAULT 'pending',
    second_response public.match_response NOT NULL DEFAULT 'pending',
    status public.match_status NOT NULL GENERATED ALWAYS AS (
        CASE
            WHEN first_response = 'declined' OR second_response = 'declined' THEN 'declined'::public.match_status
            WHEN first_response = 'accepted' AND second_response = 'accepted' THEN 'accepted'::public.match_status
            ELSE 'proposed'::public.match_status
        END
    ) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT matches_pkey PRIMARY KEY (id),
    CONSTRAINT matches_first_profile_id_second_profile_id_key UNIQUE (first_profile_id, second_profile_id),
    CONSTRAINT matches_run_id_fkey
        FOREIGN KEY (run_id) REFERENCES public.match_generation_runs (id) ON DELETE SET NULL,
    CONSTRAINT matches_first_profile_id_fkey
        FOREIGN KEY (first_profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT matches_second_profile_id_fkey
        FOREIGN KEY (second_profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT matches_ordered_check CHECK (first_profile_id < second_profile_id),
    CONSTRAINT matches_score_check CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT matches_score_parts_check CHECK (jsonb_typeof(score_parts) = 'object')
);

CREATE INDEX IF NOT EXISTS matches_second_profile_id_idx ON public.matches (second_profile_id);
CREATE INDEX IF NOT EXISTS matches_run_id_idx ON public.matches (run_id);

COMMENT ON TABLE public.matches IS 'Two members whom we propose to each other; a pair is proposed once.';
COMMENT ON COLUMN public.matches.run_id IS
    'The run that found it; NULL for a match made by hand, or once the run is deleted.';
COMMENT ON COLUMN public.matches.first_profile_id IS 'The smaller of the two keys, so that a pair has one row.';
COMMENT ON COLUMN public.matches.score_parts IS 'What the score is made of: part to points.';
COMMENT ON COLUMN public.matches.status IS 'Follows from the two responses.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.matches
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE OR REPLACE FUNCTION public.match_candidates(for_profile uuid, at_most integer DEFAULT 20)
RETURNS TABLE (profile_id uuid, score numeric)
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT other.id, round(coalesce(likeness.score, 50), 1)
    FROM public.profiles AS me
    JOIN public.profiles AS other ON other.id <> me.id AND other.status = 'active'
    LEFT JOIN LATERAL (
        SELECT avg(100 - abs(mine.value::numeric - theirs.value::numeric)) AS score
        FROM jsonb_each_text(me.personality) AS mine
        JOIN jsonb_each_text(other.personality) AS theirs ON theirs.key = mine.key
    ) AS likeness ON true
    WHERE me.id = for_profile
      AND me.status = 'active'
      AND public.suits_preferences(me.id, other.id)
      AND public.suits_preferences(other.id, me.id)
      AND NOT public.breaks_deal(me.id, other.id)
      AND NOT public.breaks_deal(other.id, me.id)
      AND NOT EXISTS (
          SELECT 1
          FROM public.matches AS made
          WHERE made.first_profile_id = least(me.id, other.id)
            AND made.second_profile_id = greatest(me.id, other.id)
      )
    ORDER BY 2 DESC, other.id
    LIMIT at_most
$function$;

COMMENT ON FUNCTION public.match_candidates(uuid, integer) IS
    'Members who could be proposed to this one: they suit each other, break no deal, and were not proposed before. '
    'The score is the mean likeness of the traits known of both, 50 if there is none.';

CREATE OR REPLACE FUNCTION public.respond_to_match(match_id uuid, response public.match_response)
RETURNS public.match_status
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
DECLARE
    member uuid := auth.uid();
    outcome public.match_status;
BEGIN
    UPDATE public.matches AS made
    SET first_response = CASE WHEN made.first_profile_id = member
            THEN respond_to_match.response ELSE made.first_response END,
        second_response = CASE WHEN made.second_profile_id = member
            THEN respond_to_match.response ELSE made.second_response END
    WHERE made.id = respond_to_match.match_id
      AND member IN (made.first_profile_id, made.second_profile_id)
      AND made.status = 'proposed'
    RETURNING made.status INTO outcome;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no open match % of yours', respond_to_match.match_id
            USING ERRCODE = 'no_data_found';
    END IF;

    RETURN outcome;
END
$function$;

COMMENT ON FUNCTION public.respond_to_match(uuid, public.match_response) IS
    'Sets the answer of the member who calls, never the partner''s, and returns what the match has become.';

CREATE TABLE IF NOT EXISTS public.match_feedback (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    match_id uuid NOT NULL,
    profile_id uuid NOT NULL,
    rating smallint NOT NULL,
    have_met boolean NOT NULL DEFAULT false,
    would_meet_again boolean,
    comment text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT match_feedback_pkey PRIMARY KEY (id),
    CONSTRAINT match_feedback_match_id_profile_id_key UNIQUE (match_id, profile_id),
    CONSTRAINT match_feedback_match_id_fkey
        FOREIGN KEY (match_id) REFERENCES public.matches (id) ON DELETE CASCADE,
    CONSTRAINT match_feedback_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT match_feedback_rating_check CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT match_feedback_would_meet_again_check CHECK (have_met OR would_meet_again IS NULL),
    CONSTRAINT match_feedback_comment_check CHECK (char_length(comment) <= 2000)
);

CREATE INDEX IF NOT EXISTS match_feedback_profile_id_idx ON public.match_feedback (profile_id);

COMMENT ON TABLE public.match_feedback IS 'How a match was for one of the two. The partner never reads it.';
COMMENT ON COLUMN public.match_feedback.rating IS 'From 1, not for me, to 5, just right.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.match_feedback
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.introduction_reports (
    match_id uuid NOT NULL,
    headline text NOT NULL,
    summary text NOT NULL,
    common_ground text[] NOT NULL DEFAULT '{}',
    differences text[] NOT NULL DEFAULT '{}',
    conversation_starters text[] NOT NULL DEFAULT '{}',
    model text NOT NULL,
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT introduction_reports_pkey PRIMARY KEY (match_id),
    CONSTRAINT introduction_reports_match_id_fkey
        FOREIGN KEY (match_id) REFERENCES public.matches (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.introduction_reports IS 'What we tell the two about each other: one report for each match.';
COMMENT ON COLUMN public.introduction_reports.model IS 'The language model that wrote the draft.';
COMMENT ON COLUMN public.introduction_reports.published_at IS
    'When the two could first read it; NULL while it is a draft.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.introduction_reports
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- What the two may see of each other

CREATE OR REPLACE FUNCTION public.my_introductions()
RETURNS TABLE (
    match_id uuid,
    status public.match_status,
    my_response public.match_response,
    partner_id uuid,
    partner_name text,
    partner_age integer,
    partner_city text,
    partner_bio text,
    score smallint
)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $function$
    SELECT
        made.id,
        made.status,
        CASE WHEN made.first_profile_id = auth.uid() THEN made.first_response ELSE made.second_response END,
        partner.id,
        partner.display_name,
        extract(year FROM age(partner.birth_date))::integer,
        partner.city,
        partner.bio,
        made.score
    FROM public.matches AS made
    JOIN public.profiles AS partner
        ON partner.id IN (made.first_profile_id, made.second_profile_id) AND partner.id <> auth.uid()
    WHERE auth.uid() IN (made.first_profile_id, made.second_profile_id)
      AND made.status <> 'declined'
$function$;

COMMENT ON FUNCTION public.my_introductions() IS
    'The caller''s matches with what may be known of the partner: an age but no birthday, a town but no coordinates. '
    'The partner''s row of profiles itself stays closed.';

REVOKE ALL ON FUNCTION public.suits_preferences(uuid, uuid) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.breaks_deal(uuid, uuid) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.match_candidates(uuid, integer) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.respond_to_match(uuid, public.match_response) FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.my_introductions() FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.suits_preferences(uuid, uuid) TO service_role;
GRANT EXECUTE ON FUNCTION public.breaks_deal(uuid, uuid) TO service_role;
GRANT EXECUTE ON FUNCTION public.match_candidates(uuid, integer) TO service_role;
GRANT EXECUTE ON FUNCTION public.respond_to_match(uuid, public.match_response) TO authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.my_introductions() TO authenticated, service_role;

-- Live updates, where the platform offers them; dropping the table takes it out of the publication again

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_publication WHERE pubname = 'supabase_realtime' AND NOT puballtables)
        AND NOT EXISTS (
            SELECT 1
            FROM pg_publication_tables
            WHERE pubname = 'supabase_realtime' AND schemaname = 'public' AND tablename = 'matches'
        )
    THEN
        ALTER PUBLICATION supabase_realtime ADD TABLE public.matches;
    END IF;
END
$$;

-- Privileges

REVOKE ALL ON TABLE
    public.match_generation_runs, public.matches, public.match_feedback, public.introduction_reports
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.match_generation_runs, public.matches, public.match_feedback, public.introduction_reports
    TO service_role;
GRANT SELECT ON TABLE public.match_generation_runs, public.matches, public.introduction_reports TO authenticated;
GRANT SELECT, INSERT, UPDATE (rating, have_met, would_meet_again, comment)
    ON TABLE public.match_feedback TO authenticated;

-- Row-level security

ALTER TABLE public.match_generation_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.matches ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.match_feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.introduction_reports ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS match_generation_runs_select_admin ON public.match_generation_runs;
CREATE POLICY match_generation_runs_select_admin ON public.match_generation_runs
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS matches_select_own ON public.matches;
CREATE POLICY matches_select_own ON public.matches
    FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) IN (first_profile_id, second_profile_id) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS match_feedback_select_own ON public.match_feedback;
CREATE POLICY match_feedback_select_own ON public.match_feedback
    FOR SELECT TO authenticated
    USING (profile_id = (SELECT auth.uid()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS match_feedback_insert_own ON public.match_feedback;
CREATE POLICY match_feedback_insert_own ON public.match_feedback
    FOR INSERT TO authenticated
    WITH CHECK (
        profile_id = (SELECT auth.uid())
        AND EXISTS (
            SELECT 1
            FROM public.matches AS made
            WHERE made.id = match_feedback.match_id
              AND (SELECT auth.uid()) IN (made.first_profile_id, made.second_profile_id)
        )
    );

DROP POLICY IF EXISTS match_feedback_update_own ON public.match_feedback;
CREATE POLICY match_feedback_update_own ON public.match_feedback
    FOR UPDATE TO authenticated
    USING (profile_id = (SELECT auth.uid()))
    WITH CHECK (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS introduction_reports_select_own ON public.introduction_reports;
CREATE POLICY introduction_reports_select_own ON public.introduction_reports
    FOR SELECT TO authenticated
    USING (
        (SELECT public.is_admin())
        OR (
            published_at IS NOT NULL
            AND EXISTS (
                SELECT 1
                FROM public.matches AS made
                WHERE made.id = introduction_reports.match_id
                  AND (SELECT auth.uid()) IN (made.first_profile_id, made.second_profile_id)
            )
        )
    );

-- Matched members see each other's approved photos and the sentences meant to be shown. The policies of 001 and 003
-- stay as they are: permissive policies add up.

DROP POLICY IF EXISTS user_images_select_matched ON public.user_images;
CREATE POLICY user_images_select_matched ON public.user_images
    FOR SELECT TO authenticated
    USING (
        moderation = 'approved'
        AND EXISTS (
            SELECT 1
            FROM public.matches AS made
            WHERE made.first_profile_id = least(user_images.profile_id, (SELECT auth.uid()))
              AND made.second_profile_id = greatest(user_images.profile_id, (SELECT auth.uid()))
              AND made.status <> 'declined'
        )
    );

DROP POLICY IF EXISTS user_finished_sentences_select_matched ON public.user_finished_sentences;
CREATE POLICY user_finished_sentences_select_matched ON public.user_finished_sentences
    FOR SELECT TO authenticated
    USING (
        show_on_profile
        AND EXISTS (
            SELECT 1
            FROM public.matches AS made
            WHERE made.first_profile_id = least(user_finished_sentences.profile_id, (SELECT auth.uid()))
              AND made.second_profile_id = greatest(user_finished_sentences.profile_id, (SELECT auth.uid()))
              AND made.status <> 'declined'
        )
    );
