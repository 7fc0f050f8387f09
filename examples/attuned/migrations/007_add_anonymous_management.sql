-- Visitors without account, whose profile lasts until they have been away for ninety days.

CREATE TABLE IF NOT EXISTS public.anonymous_sessions (
    id text NOT NULL,
    profile_id bigint NOT NULL,
    last_active_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT anonymous_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT anonymous_sessions_profile_id_key UNIQUE (profile_id),
    CONSTRAINT anonymous_sessions_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT anonymous_sessions_id_check CHECK (char_length(id) >= 16)
);

CREATE INDEX IF NOT EXISTS anonymous_sessions_last_active_at_idx ON public.anonymous_sessions (last_active_at);

COMMENT ON TABLE public.anonymous_sessions IS 'Anonymous visitors, and when they were last here.';
COMMENT ON COLUMN public.anonymous_sessions.id IS 'profiles.anonymous_session_id: a secret of the visitor''s device.';

CREATE OR REPLACE FUNCTION public.check_anonymous_session()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM public.profiles
        WHERE id = NEW.profile_id AND is_anonymous AND anonymous_session_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'profile % is not the anonymous profile of this session', NEW.profile_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.check_anonymous_session() IS
    'Trigger function: an anonymous session leads to its own anonymous profile, and to no other.';

CREATE OR REPLACE TRIGGER check_anonymous_session
    BEFORE INSERT OR UPDATE OF id, profile_id ON public.anonymous_sessions
    FOR EACH ROW EXECUTE FUNCTION public.check_anonymous_session();

CREATE OR REPLACE FUNCTION public.open_anonymous_session()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    INSERT INTO public.anonymous_sessions (id, profile_id)
    VALUES (NEW.anonymous_session_id, NEW.id)
    ON CONFLICT (profile_id) DO UPDATE SET id = excluded.id;
    RETURN NULL;
END
$function$;

COMMENT ON FUNCTION public.open_anonymous_session() IS
    'Trigger function: a profile that is or becomes anonymous gets its session. The ninety days begin now.';

CREATE OR REPLACE TRIGGER open_anonymous_session
    AFTER INSERT OR UPDATE OF anonymous_session_id ON public.profiles
    FOR EACH ROW WHEN (NEW.anonymous_session_id IS NOT NULL)
    EXECUTE FUNCTION public.open_anonymous_session();

CREATE OR REPLACE FUNCTION public.touch_anonymous_session()
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    UPDATE public.anonymous_sessions
    SET last_active_at = now()
    WHERE id = current_setting('app.anonymous_session_id', true);
    RETURN FOUND;
END
$function$;

COMMENT ON FUNCTION public.touch_anonymous_session() IS
    'Notes that the anonymous visitor is here, and says whether there is one.';

CREATE OR REPLACE FUNCTION public.delete_old_anonymous_sessions()
RETURNS bigint
LANGUAGE plpgsql
SET search_path = ''
AS $function$
DECLARE
    old_sessions text[] := ARRAY(
        SELECT id FROM public.anonymous_sessions WHERE last_active_at < now() - INTERVAL '90 days' FOR UPDATE
    );
BEGIN
    DELETE FROM public.user_activity_history WHERE anonymous_session_id = ANY (old_sessions);
    DELETE FROM public.survey_progress WHERE anonymous_session_id = ANY (old_sessions);
    DELETE FROM public.survey_submissions AS submission
    USING public.profiles AS profile
    WHERE profile.anonymous_session_id = ANY (old_sessions) AND submission.id = profile.submission_id;
    RETURN cardinality(old_sessions);
END
$function$;

COMMENT ON FUNCTION public.delete_old_anonymous_sessions() IS
    'Deletes what belongs to visitors who have been away for more than ninety days, and returns how many there were. '
    'The profile, its session and its games go with the survey (ON DELETE CASCADE). To be run each night.';

REVOKE ALL ON FUNCTION public.open_anonymous_session() FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.touch_anonymous_session() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.delete_old_anonymous_sessions() FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.touch_anonymous_session() TO anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.delete_old_anonymous_sessions() TO service_role;

-- Privileges: closed to clients until the policies of 008.

REVOKE ALL ON TABLE public.anonymous_sessions FROM anon, authenticated;

ALTER TABLE public.anonymous_sessions ENABLE ROW LEVEL SECURITY;
