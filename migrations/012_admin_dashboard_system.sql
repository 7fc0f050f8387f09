-- The administrators' side: who they are, what they did, what waits for them, and the figures of each day.
--
-- Breaking: until now a token with the role "admin" was enough. From here on the account must also be listed in
-- admin_users. Enter at least one row right after deploying; until then nobody is an administrator.

DO $$
BEGIN
    CREATE TYPE public.admin_role AS ENUM ('owner', 'moderator', 'analyst');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.admin_role IS 'What an administrator is responsible for.';

DO $$
BEGIN
    CREATE TYPE public.case_status AS ENUM ('open', 'upheld', 'dismissed');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.case_status IS 'Outcome of a moderation case.';

-- Administrators

CREATE TABLE IF NOT EXISTS public.admin_users (
    user_id uuid NOT NULL,
    role public.admin_role NOT NULL,
    granted_by uuid,
    granted_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    CONSTRAINT admin_users_pkey PRIMARY KEY (user_id),
    CONSTRAINT admin_users_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
    CONSTRAINT admin_users_granted_by_fkey
        FOREIGN KEY (granted_by) REFERENCES public.admin_users (user_id) ON DELETE SET NULL,
    CONSTRAINT admin_users_revoked_at_check CHECK (revoked_at >= granted_at)
);

CREATE INDEX IF NOT EXISTS admin_users_granted_by_idx ON public.admin_users (granted_by);

COMMENT ON TABLE public.admin_users IS 'Accounts that administer the service.';
COMMENT ON COLUMN public.admin_users.granted_by IS 'NULL for the first ones, or if that account is gone.';
COMMENT ON COLUMN public.admin_users.revoked_at IS 'Since when the account is no administrator any more.';

CREATE OR REPLACE FUNCTION public.is_admin()
RETURNS boolean
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $function$
    SELECT coalesce(auth.jwt() -> 'app_metadata' ->> 'role' = 'admin', false)
        AND EXISTS (
            SELECT 1
            FROM public.admin_users AS admin
            WHERE admin.user_id = auth.uid() AND admin.revoked_at IS NULL
        )
$function$;

COMMENT ON FUNCTION public.is_admin() IS
    'Whether the caller''s token names an administrator and the account is listed in admin_users.';

-- Replacing a function keeps its privileges; they are stated again because this one now runs as its owner.
REVOKE ALL ON FUNCTION public.is_admin() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.is_admin() TO anon, authenticated, service_role;

-- Audit log

CREATE TABLE IF NOT EXISTS public.admin_audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY,
    actor_id uuid NOT NULL,
    action text NOT NULL,
    subject_table text NOT NULL,
    subject_id text NOT NULL,
    reason text,
    before jsonb,
    after jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT admin_audit_log_pkey PRIMARY KEY (id)
);

CREATE INDEX IF NOT EXISTS admin_audit_log_subject_idx
    ON public.admin_audit_log (subject_table, subject_id, created_at DESC);
CREATE INDEX IF NOT EXISTS admin_audit_log_actor_idx
    ON public.admin_audit_log (actor_id, created_at DESC);

COMMENT ON TABLE public.admin_audit_log IS 'What administrators did. Rows are added, never changed or deleted.';
COMMENT ON COLUMN public.admin_audit_log.actor_id IS
    'The administrator''s user id; no foreign key, for the log outlives the account.';
COMMENT ON COLUMN public.admin_audit_log.subject_id IS 'Key of the row concerned, as text.';

CREATE OR REPLACE FUNCTION public.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: rows are only ever added', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$function$;

COMMENT ON FUNCTION public.refuse_change() IS 'Trigger function that keeps a log append-only, whoever asks.';

CREATE OR REPLACE TRIGGER refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON public.admin_audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Moderation

CREATE TABLE IF NOT EXISTS public.moderation_cases (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    reporter_id uuid,
    profile_id uuid,
    image_id uuid,
    post_id uuid,
    comment_id uuid,
    reason text NOT NULL,
    status public.case_status NOT NULL DEFAULT 'open',
    decided_by uuid,
    decided_at timestamptz,
    decision_note text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT moderation_cases_pkey PRIMARY KEY (id),
    CONSTRAINT moderation_cases_reporter_id_fkey
        FOREIGN KEY (reporter_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT moderation_cases_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT moderation_cases_image_id_fkey
        FOREIGN KEY (image_id) REFERENCES public.user_images (id) ON DELETE CASCADE,
    CONSTRAINT moderation_cases_post_id_fkey
        FOREIGN KEY (post_id) REFERENCES public.community_posts (id) ON DELETE CASCADE,
    CONSTRAINT moderation_cases_comment_id_fkey
        FOREIGN KEY (comment_id) REFERENCES public.post_comments (id) ON DELETE CASCADE,
    CONSTRAINT moderation_cases_decided_by_fkey
        FOREIGN KEY (decided_by) REFERENCES public.admin_users (user_id) ON DELETE SET NULL,
    CONSTRAINT moderation_cases_subject_check CHECK (num_nonnulls(profile_id, image_id, post_id, comment_id) = 1),
    CONSTRAINT moderation_cases_reason_check CHECK (char_length(reason) BETWEEN 1 AND 1000),
    CONSTRAINT moderation_cases_decided_at_check CHECK ((status = 'open') = (decided_at IS NULL))
);

CREATE INDEX IF NOT EXISTS moderation_cases_reporter_id_idx ON public.moderation_cases (reporter_id);
CREATE INDEX IF NOT EXISTS moderation_cases_profile_id_idx ON public.moderation_cases (profile_id);
CREATE INDEX IF NOT EXISTS moderation_cases_image_id_idx ON public.moderation_cases (image_id);
CREATE INDEX IF NOT EXISTS moderation_cases_post_id_idx ON public.moderation_cases (post_id);
CREATE INDEX IF NOT EXISTS moderation_cases_comment_id_idx ON public.moderation_cases (comment_id);
CREATE INDEX IF NOT EXISTS moderation_cases_decided_by_idx ON public.moderation_cases (decided_by);
CREATE INDEX IF NOT EXISTS moderation_cases_open_idx ON public.moderation_cases (created_at) WHERE status = 'open';

COMMENT ON TABLE public.moderation_cases IS
    'Something that a member reported: exactly one profile, photo, post or comment.';
COMMENT ON COLUMN public.moderation_cases.reporter_id IS
    'NULL if a filter raised the case, or if that account is gone.';

-- Figures

CREATE TABLE IF NOT EXISTS public.daily_metrics (
    day date NOT NULL,
    profiles_created integer NOT NULL,
    profiles_engaged integer NOT NULL,
    games_completed integer NOT NULL,
    posts_published integer NOT NULL,
    matches_proposed integer NOT NULL,
    leads_found integer NOT NULL,
    emails_sent integer NOT NULL,
    captured_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT daily_metrics_pkey PRIMARY KEY (day)
);

COMMENT ON TABLE public.daily_metrics IS 'Figures of a day (UTC), kept because the rows counted do not stay for ever.';
COMMENT ON COLUMN public.daily_metrics.profiles_engaged IS 'Members who did something on that day.';

CREATE OR REPLACE FUNCTION public.capture_daily_metrics(for_day date)
RETURNS public.daily_metrics
LANGUAGE sql
SET search_path = ''
AS $function$
    WITH bounds AS (
        SELECT
            for_day::timestamp AT TIME ZONE 'UTC' AS first_moment,
            (for_day + 1)::timestamp AT TIME ZONE 'UTC' AS next_day
    )
    INSERT INTO public.daily_metrics (
        day, profiles_created, profiles_engaged, games_completed, posts_published,
        matches_proposed, leads_found, emails_sent
    )
    SELECT
        for_day,
        (SELECT count(*) FROM public.profiles WHERE created_at >= first_moment AND created_at < next_day),
        (SELECT count(*) FROM public.engagement_sessions WHERE session_date = for_day),
        (SELECT count(*) FROM public.user_game_sessions
            WHERE status = 'completed' AND finished_at >= first_moment AND finished_at < next_day),
        (SELECT count(*) FROM public.community_posts
            WHERE status = 'published' AND published_at >= first_moment AND published_at < next_day),
        (SELECT count(*) FROM public.matches WHERE created_at >= first_moment AND created_at < next_day),
        (SELECT count(*) FROM public.leads WHERE first_seen_at >= first_moment AND first_seen_at < next_day),
        (SELECT count(*) FROM public.email_sends WHERE sent_at >= first_moment AND sent_at < next_day)
    FROM bounds
    ON CONFLICT (day) DO UPDATE SET
        profiles_created = excluded.profiles_created,
        profiles_engaged = excluded.profiles_engaged,
        games_completed = excluded.games_completed,
        posts_published = excluded.posts_published,
        matches_proposed = excluded.matches_proposed,
        leads_found = excluded.leads_found,
        emails_sent = excluded.emails_sent,
        captured_at = now()
    RETURNING *
$function$;

COMMENT ON FUNCTION public.capture_daily_metrics(date) IS
    'Counts a day and keeps the figures; may be called again while the day goes on.';

REVOKE ALL ON FUNCTION public.capture_daily_metrics(date) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.capture_daily_metrics(date) TO service_role;

CREATE OR REPLACE VIEW public.admin_overview
WITH (security_invoker = true)
AS
SELECT
    (SELECT count(*) FROM public.profiles WHERE status = 'active') AS active_profiles,
    (SELECT count(*) FROM public.user_images WHERE moderation = 'pending') AS images_to_review,
    (SELECT count(*) FROM public.moderation_cases WHERE status = 'open') AS open_cases,
    (SELECT min(created_at) FROM public.moderation_cases WHERE status = 'open') AS oldest_open_case,
    (SELECT count(*) FROM public.outreach_responses WHERE handled_at IS NULL) AS responses_to_handle,
    (SELECT count(*) FROM public.matches WHERE status = 'proposed') AS matches_awaiting_answers;

COMMENT ON VIEW public.admin_overview IS
    'One row for the top of the dashboard. It counts what the caller may see, so it is of use to administrators only.';

-- Privileges

REVOKE ALL ON TABLE
    public.admin_users, public.admin_audit_log, public.moderation_cases, public.daily_metrics, public.admin_overview
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.admin_users, public.admin_audit_log, public.moderation_cases, public.daily_metrics, public.admin_overview
    TO service_role;
GRANT SELECT ON TABLE public.admin_users, public.daily_metrics, public.admin_overview TO authenticated;
GRANT SELECT, INSERT ON TABLE public.admin_audit_log TO authenticated;
GRANT SELECT,
    INSERT (reporter_id, profile_id, image_id, post_id, comment_id, reason),
    UPDATE (status, decided_by, decided_at, decision_note)
    ON TABLE public.moderation_cases TO authenticated;

-- Row-level security

ALTER TABLE public.admin_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.admin_audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.moderation_cases ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.daily_metrics ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS admin_users_select_admin ON public.admin_users;
CREATE POLICY admin_users_select_admin ON public.admin_users
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS admin_audit_log_select_admin ON public.admin_audit_log;
CREATE POLICY admin_audit_log_select_admin ON public.admin_audit_log
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS admin_audit_log_insert_admin ON public.admin_audit_log;
CREATE POLICY admin_audit_log_insert_admin ON public.admin_audit_log
    FOR INSERT TO authenticated
    WITH CHECK (actor_id = (SELECT auth.uid()) AND (SELECT public.is_admin()));

DROP POLICY IF EXISTS moderation_cases_select ON public.moderation_cases;
CREATE POLICY moderation_cases_select ON public.moderation_cases
    FOR SELECT TO authenticated
    USING (reporter_id = (SELECT auth.uid()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS moderation_cases_insert_own ON public.moderation_cases;
CREATE POLICY moderation_cases_insert_own ON public.moderation_cases
    FOR INSERT TO authenticated
    WITH CHECK (reporter_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS moderation_cases_update_admin ON public.moderation_cases;
CREATE POLICY moderation_cases_update_admin ON public.moderation_cases
    FOR UPDATE TO authenticated
    USING ((SELECT public.is_admin()))
    WITH CHECK (decided_by = (SELECT auth.uid()) AND (SELECT public.is_admin()));

DROP POLICY IF EXISTS daily_metrics_select_admin ON public.daily_metrics;
CREATE POLICY daily_metrics_select_admin ON public.daily_metrics
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));
