-- Accounts, surveys that save themselves, and who a profile or a survey belongs to.
--
-- The prototype's back end still runs when this is applied: what it writes gets an owner by trigger, and a version
-- by default. Rows that exist already are left to 009; the new references are checked for them in 012.

DO $$
BEGIN
    CREATE TYPE public.auth_provider AS ENUM ('email', 'google', 'apple', 'facebook');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.auth_provider IS 'How a user signs in.';

DO $$
BEGIN
    CREATE TYPE public.subscription_tier AS ENUM ('free', 'premium');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.subscription_tier IS 'What a user pays for: free has a daily limit, premium has none.';

DO $$
BEGIN
    CREATE TYPE public.profile_sharing AS ENUM ('demographics_only', 'overlapping_only', 'all_responses');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.profile_sharing IS
    'What remembered partners may see of a profile, from least to most: demographics, interests of both, all of it.';

-- Helpers

CREATE OR REPLACE FUNCTION public.set_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.set_updated_at() IS
    'Trigger function: stamps updated_at when an UPDATE really changes the row.';

CREATE OR REPLACE FUNCTION public.local_date(time_zone text)
RETURNS date
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT (now() AT TIME ZONE local_date.time_zone)::date
$function$;

COMMENT ON FUNCTION public.local_date(text) IS 'Today''s date in a time zone, by its IANA name.';

-- Users

CREATE TABLE IF NOT EXISTS public.users (
    id uuid NOT NULL,
    email text NOT NULL,
    auth_provider public.auth_provider NOT NULL DEFAULT 'email',
    display_name text,
    demographics jsonb NOT NULL DEFAULT '{}',
    preferences jsonb NOT NULL DEFAULT '{}',
    profile_sharing public.profile_sharing NOT NULL DEFAULT 'overlapping_only',
    subscription_tier public.subscription_tier NOT NULL DEFAULT 'free',
    subscription_expires_at timestamptz,
    time_zone text NOT NULL DEFAULT 'UTC',
    daily_activity_count integer NOT NULL DEFAULT 0,
    daily_activity_date date NOT NULL DEFAULT CURRENT_DATE,
    onboarding_completed boolean NOT NULL DEFAULT false,
    last_sign_in_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_id_fkey FOREIGN KEY (id) REFERENCES auth.users (id) ON DELETE CASCADE,
    CONSTRAINT users_display_name_check CHECK (char_length(display_name) BETWEEN 1 AND 60),
    CONSTRAINT users_demographics_check CHECK (jsonb_typeof(demographics) = 'object'),
    CONSTRAINT users_preferences_check CHECK (jsonb_typeof(preferences) = 'object'),
    CONSTRAINT users_time_zone_check
        CHECK ((timestamptz '2000-01-01 00:00:00+00' AT TIME ZONE time_zone) IS NOT NULL),
    CONSTRAINT users_daily_activity_count_check CHECK (daily_activity_count >= 0)
);

CREATE INDEX IF NOT EXISTS users_email_idx ON public.users (email);
CREATE UNIQUE INDEX IF NOT EXISTS users_email_lower_key ON public.users (lower(email));
CREATE INDEX IF NOT EXISTS users_subscription_tier_idx ON public.users (subscription_tier);
CREATE INDEX IF NOT EXISTS users_expiring_idx
    ON public.users (subscription_expires_at) WHERE subscription_tier = 'premium';
CREATE INDEX IF NOT EXISTS users_counted_idx ON public.users (daily_activity_date) WHERE daily_activity_count > 0;

COMMENT ON TABLE public.users IS 'Accounts: one row for each user of the platform''s Auth.';
COMMENT ON COLUMN public.users.id IS 'The key of auth.users.';
COMMENT ON COLUMN public.users.demographics IS 'What the user says about themself; partners may see it.';
COMMENT ON COLUMN public.users.subscription_expires_at IS 'End of what was paid for; NULL: without end, or never paid.';
COMMENT ON COLUMN public.users.time_zone IS 'IANA name; says when the user''s day begins. An unknown name is refused.';
COMMENT ON COLUMN public.users.daily_activity_count IS 'Activities counted on daily_activity_date.';
COMMENT ON COLUMN public.users.daily_activity_date IS 'The user''s local date that the count is of.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.users
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE OR REPLACE FUNCTION public.create_user_for_account()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
DECLARE
    provider text := coalesce(NEW.raw_app_meta_data ->> 'provider', 'email');
BEGIN
    INSERT INTO public.users (id, email, auth_provider, display_name)
    VALUES (
        NEW.id,
        lower(NEW.email),
        CASE WHEN provider IN ('google', 'apple', 'facebook') THEN provider ELSE 'email' END::public.auth_provider,
        nullif(left(trim(NEW.raw_user_meta_data ->> 'display_name'), 60), '')
    )
    ON CONFLICT (id) DO NOTHING;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.create_user_for_account() IS
    'Trigger function on auth.users: every account with an address starts with a row of users.';

REVOKE ALL ON FUNCTION public.create_user_for_account() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE TRIGGER create_user_for_account
    AFTER INSERT ON auth.users
    FOR EACH ROW WHEN (NEW.email IS NOT NULL)
    EXECUTE FUNCTION public.create_user_for_account();

-- Daily limits

CREATE OR REPLACE FUNCTION public.has_premium(for_user uuid)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT coalesce((
        SELECT subscription_tier = 'premium' AND coalesce(subscription_expires_at, 'infinity') > now()
        FROM public.users
        WHERE id = for_user
    ), false)
$function$;

COMMENT ON FUNCTION public.has_premium(uuid) IS 'Whether a user''s premium subscription runs now.';

CREATE OR REPLACE FUNCTION public.daily_activity_limit()
RETURNS integer
LANGUAGE sql
IMMUTABLE
SET search_path = ''
AS $function$
    SELECT 25
$function$;

COMMENT ON FUNCTION public.daily_activity_limit() IS 'Activities a day in the free tier.';

CREATE OR REPLACE FUNCTION public.remaining_activities(for_user uuid)
RETURNS integer
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT CASE
        WHEN public.has_premium(id) THEN NULL
        WHEN daily_activity_date <> public.local_date(time_zone) THEN public.daily_activity_limit()
        ELSE greatest(public.daily_activity_limit() - daily_activity_count, 0)
    END
    FROM public.users
    WHERE id = for_user
$function$;

COMMENT ON FUNCTION public.remaining_activities(uuid) IS
    'Activities that a user still has today, where they are; NULL means without limit.';

CREATE OR REPLACE FUNCTION public.count_activity(for_user uuid)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    -- The row is locked by the update, so two calls at once cannot both take the last one.
    UPDATE public.users
    SET daily_activity_count =
            CASE WHEN daily_activity_date = public.local_date(time_zone) THEN daily_activity_count ELSE 0 END + 1,
        daily_activity_date = public.local_date(time_zone)
    WHERE id = for_user
      AND (
          public.has_premium(id)
          OR daily_activity_date <> public.local_date(time_zone)
          OR daily_activity_count < public.daily_activity_limit()
      );
    RETURN FOUND;
END
$function$;

COMMENT ON FUNCTION public.count_activity(uuid) IS
    'Counts an activity if the user''s day still allows one, and says whether it did. Premium is counted, not limited.';

CREATE OR REPLACE FUNCTION public.reset_daily_counters()
RETURNS bigint
LANGUAGE sql
SET search_path = ''
AS $function$
    WITH begun AS (
        UPDATE public.users
        SET daily_activity_count = 0, daily_activity_date = public.local_date(time_zone)
        WHERE daily_activity_count > 0 AND daily_activity_date <> public.local_date(time_zone)
        RETURNING id
    )
    SELECT count(*) FROM begun
$function$;

COMMENT ON FUNCTION public.reset_daily_counters() IS
    'Sets the counters of those to zero for whom a new day has begun, and returns how many. To be run each hour.';

-- Surveys that are not finished

CREATE TABLE IF NOT EXISTS public.survey_progress (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid,
    anonymous_session_id text,
    survey_version text NOT NULL,
    answers jsonb NOT NULL DEFAULT '{}',
    current_question text,
    completed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT survey_progress_pkey PRIMARY KEY (id),
    CONSTRAINT survey_progress_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE,
    CONSTRAINT survey_progress_owner_check CHECK (num_nonnulls(user_id, anonymous_session_id) = 1),
    CONSTRAINT survey_progress_answers_check CHECK (jsonb_typeof(answers) = 'object')
);

CREATE INDEX IF NOT EXISTS survey_progress_user_id_idx ON public.survey_progress (user_id);
CREATE UNIQUE INDEX IF NOT EXISTS survey_progress_open_user_key
    ON public.survey_progress (user_id, survey_version) WHERE completed_at IS NULL AND user_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS survey_progress_open_anonymous_key
    ON public.survey_progress (anonymous_session_id, survey_version)
    WHERE completed_at IS NULL AND anonymous_session_id IS NOT NULL;

COMMENT ON TABLE public.survey_progress IS 'Surveys as they are being answered: at most one open one of each version.';
COMMENT ON COLUMN public.survey_progress.current_question IS 'Where the survey goes on.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.survey_progress
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE OR REPLACE FUNCTION public.save_survey_progress(of_version text, new_answers jsonb, next_question text)
RETURNS uuid
LANGUAGE plpgsql
SET search_path = ''
AS $function$
DECLARE
    saved uuid;
BEGIN
    INSERT INTO public.survey_progress AS progress (user_id, survey_version, answers, current_question)
    VALUES (auth.uid(), of_version, new_answers, next_question)
    ON CONFLICT (user_id, survey_version) WHERE completed_at IS NULL AND user_id IS NOT NULL DO UPDATE SET
        answers = progress.answers || excluded.answers,
        current_question = excluded.current_question
    RETURNING progress.id INTO saved;
    RETURN saved;
END
$function$;

COMMENT ON FUNCTION public.save_survey_progress(text, jsonb, text) IS
    'Adds answers to the caller''s open survey of this version, or opens one. Runs with the rights of the caller.';

-- Whose a profile and a survey are

ALTER TABLE public.profiles ADD COLUMN IF NOT EXISTS user_id uuid;
ALTER TABLE public.profiles ADD COLUMN IF NOT EXISTS is_anonymous boolean NOT NULL DEFAULT false;
ALTER TABLE public.profiles ADD COLUMN IF NOT EXISTS anonymous_session_id text;
ALTER TABLE public.profiles ADD COLUMN IF NOT EXISTS survey_version text;
ALTER TABLE public.profiles ALTER COLUMN survey_version SET DEFAULT '0.4';
ALTER TABLE public.profiles ADD COLUMN IF NOT EXISTS version integer NOT NULL DEFAULT 1;

ALTER TABLE public.profiles DROP CONSTRAINT IF EXISTS profiles_user_id_fkey;
ALTER TABLE public.profiles ADD CONSTRAINT profiles_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE NOT VALID;

COMMENT ON COLUMN public.profiles.user_id IS 'The account, of which this is the one profile; NULL if anonymous.';
COMMENT ON COLUMN public.profiles.anonymous_session_id IS
    'A secret that only the anonymous visitor''s device knows; NULL if the profile has an account.';
COMMENT ON COLUMN public.profiles.survey_version IS 'The version of the survey that it was computed from.';
COMMENT ON COLUMN public.profiles.version IS 'Counts up with each change of what the survey said.';

ALTER TABLE public.survey_submissions ADD COLUMN IF NOT EXISTS user_id uuid;
ALTER TABLE public.survey_submissions ADD COLUMN IF NOT EXISTS anonymous_session_id text;
ALTER TABLE public.survey_submissions ADD COLUMN IF NOT EXISTS survey_version text;
ALTER TABLE public.survey_submissions ALTER COLUMN survey_version SET DEFAULT '0.4';

ALTER TABLE public.survey_submissions DROP CONSTRAINT IF EXISTS survey_submissions_user_id_fkey;
ALTER TABLE public.survey_submissions ADD CONSTRAINT survey_submissions_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE NOT VALID;

COMMENT ON COLUMN public.survey_submissions.survey_version IS 'The version of the survey that was answered.';

CREATE OR REPLACE FUNCTION public.identify_profile()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.anonymous_session_id IS NOT NULL AND NEW.user_id IS NOT NULL THEN
        RAISE EXCEPTION 'an anonymous profile cannot become that of an account'
            USING ERRCODE = 'check_violation', HINT = 'answer the survey again, signed in';
    END IF;
    -- The prototype's back end names no owner.
    IF TG_OP = 'INSERT' AND NEW.user_id IS NULL AND NEW.anonymous_session_id IS NULL THEN
        NEW.anonymous_session_id := gen_random_uuid()::text;
    END IF;
    NEW.is_anonymous := NEW.anonymous_session_id IS NOT NULL;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.identify_profile() IS
    'Trigger function: gives a profile without owner a new anonymous identity, and keeps the two kinds apart for ever.';

CREATE OR REPLACE TRIGGER identify_profile
    BEFORE INSERT OR UPDATE ON public.profiles
    FOR EACH ROW EXECUTE FUNCTION public.identify_profile();

CREATE OR REPLACE FUNCTION public.count_profile_version()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.count_profile_version() IS 'Trigger function: counts the versions of a profile.';

CREATE OR REPLACE TRIGGER count_profile_version
    BEFORE UPDATE ON public.profiles
    FOR EACH ROW WHEN (
        OLD.power_orientation IS DISTINCT FROM NEW.power_orientation
        OR OLD.domain_scores IS DISTINCT FROM NEW.domain_scores
        OR OLD.boundaries IS DISTINCT FROM NEW.boundaries
    )
    EXECUTE FUNCTION public.count_profile_version();

-- Privileges: closed to clients until the policies of 008.

REVOKE ALL ON TABLE public.users, public.survey_progress FROM anon, authenticated;
REVOKE ALL ON FUNCTION public.has_premium(uuid) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.remaining_activities(uuid) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.count_activity(uuid) FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.reset_daily_counters() FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.save_survey_progress(text, jsonb, text) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.has_premium(uuid) TO service_role;
GRANT EXECUTE ON FUNCTION public.remaining_activities(uuid) TO service_role;
GRANT EXECUTE ON FUNCTION public.count_activity(uuid) TO service_role;
GRANT EXECUTE ON FUNCTION public.reset_daily_counters() TO service_role;
GRANT EXECUTE ON FUNCTION public.save_survey_progress(text, jsonb, text) TO authenticated, service_role;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.survey_progress ENABLE ROW LEVEL SECURITY;
