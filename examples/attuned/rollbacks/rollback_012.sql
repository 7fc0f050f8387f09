-- Undoes 012_validate_constraints.sql: what was declared NOT VALID is so again.

ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_intimacy_level_present_check;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_intimacy_level_present_check
    CHECK (intimacy_level IS NOT NULL) NOT VALID;
ALTER TABLE public.sessions ALTER COLUMN intimacy_level DROP NOT NULL;

ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_primary_profile_id_present_check;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_primary_profile_id_present_check
    CHECK (primary_profile_id IS NOT NULL) NOT VALID;
ALTER TABLE public.sessions ALTER COLUMN primary_profile_id DROP NOT NULL;

ALTER TABLE public.survey_submissions DROP CONSTRAINT IF EXISTS survey_submissions_survey_version_present_check;
ALTER TABLE public.survey_submissions ADD CONSTRAINT survey_submissions_survey_version_present_check
    CHECK (survey_version IS NOT NULL) NOT VALID;
ALTER TABLE public.survey_submissions ALTER COLUMN survey_version DROP NOT NULL;

ALTER TABLE public.profiles DROP CONSTRAINT IF EXISTS profiles_survey_version_present_check;
ALTER TABLE public.profiles ADD CONSTRAINT profiles_survey_version_present_check
    CHECK (survey_version IS NOT NULL) NOT VALID;
ALTER TABLE public.profiles ALTER COLUMN survey_version DROP NOT NULL;

ALTER TABLE public.survey_submissions DROP CONSTRAINT IF EXISTS survey_submissions_owner_check;
ALTER TABLE public.survey_submissions ADD CONSTRAINT survey_submissions_owner_check
    CHECK (num_nonnulls(user_id, anonymous_session_id) <= 1) NOT VALID;

ALTER TABLE public.profiles DROP CONSTRAINT IF EXISTS profiles_is_anonymous_check;
ALTER TABLE public.profiles ADD CONSTRAINT profiles_is_anonymous_check
    CHECK (is_anonymous = (anonymous_session_id IS NOT NULL)) NOT VALID;

ALTER TABLE public.profiles DROP CONSTRAINT IF EXISTS profiles_owner_check;
ALTER TABLE public.profiles ADD CONSTRAINT profiles_owner_check
    CHECK (num_nonnulls(user_id, anonymous_session_id) = 1) NOT VALID;

ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_partner_name_check;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_partner_name_check
    CHECK (partner_anonymous_name IS NULL OR partner_user_id IS NULL) NOT VALID;

ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_connection_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_connection_id_fkey
    FOREIGN KEY (connection_id) REFERENCES public.partner_connections (id) ON DELETE SET NULL NOT VALID;

ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_owner_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_owner_id_fkey
    FOREIGN KEY (owner_id) REFERENCES public.users (id) ON DELETE SET NULL NOT VALID;

ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_partner_profile_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_partner_profile_id_fkey
    FOREIGN KEY (partner_profile_id) REFERENCES public.profiles (id) ON DELETE SET NULL NOT VALID;

ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_primary_profile_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_primary_profile_id_fkey
    FOREIGN KEY (primary_profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE NOT VALID;

ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_partner_user_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_partner_user_id_fkey
    FOREIGN KEY (partner_user_id) REFERENCES public.users (id) ON DELETE SET NULL NOT VALID;

ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_primary_user_id_fkey;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_primary_user_id_fkey
    FOREIGN KEY (primary_user_id) REFERENCES public.users (id) ON DELETE SET NULL NOT VALID;

ALTER TABLE public.survey_submissions DROP CONSTRAINT IF EXISTS survey_submissions_user_id_fkey;
ALTER TABLE public.survey_submissions ADD CONSTRAINT survey_submissions_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE NOT VALID;

ALTER TABLE public.profiles DROP CONSTRAINT IF EXISTS profiles_user_id_fkey;
ALTER TABLE public.profiles ADD CONSTRAINT profiles_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE NOT VALID;

COMMENT ON CONSTRAINT profiles_owner_check ON public.profiles IS
    'A profile is that of an account or of an anonymous visitor, and stays so.';
