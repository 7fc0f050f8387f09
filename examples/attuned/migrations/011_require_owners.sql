-- From here on every profile has one owner, every survey a version, every game a player and a level: for new rows at
-- once, for those that exist when 012 has looked at them, without stopping anybody who reads or writes.

ALTER TABLE public.profiles DROP CONSTRAINT IF EXISTS profiles_owner_check;
ALTER TABLE public.profiles ADD CONSTRAINT profiles_owner_check
    CHECK (num_nonnulls(user_id, anonymous_session_id) = 1) NOT VALID;
ALTER TABLE public.profiles DROP CONSTRAINT IF EXISTS profiles_is_anonymous_check;
ALTER TABLE public.profiles ADD CONSTRAINT profiles_is_anonymous_check
    CHECK (is_anonymous = (anonymous_session_id IS NOT NULL)) NOT VALID;
ALTER TABLE public.profiles DROP CONSTRAINT IF EXISTS profiles_survey_version_present_check;
ALTER TABLE public.profiles ADD CONSTRAINT profiles_survey_version_present_check
    CHECK (survey_version IS NOT NULL) NOT VALID;
ALTER TABLE public.survey_submissions DROP CONSTRAINT IF EXISTS survey_submissions_survey_version_present_check;
ALTER TABLE public.survey_submissions ADD CONSTRAINT survey_submissions_survey_version_present_check
    CHECK (survey_version IS NOT NULL) NOT VALID;
ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_primary_profile_id_present_check;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_primary_profile_id_present_check
    CHECK (primary_profile_id IS NOT NULL) NOT VALID;
ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_intimacy_level_present_check;
ALTER TABLE public.sessions ADD CONSTRAINT sessions_intimacy_level_present_check
    CHECK (intimacy_level IS NOT NULL) NOT VALID;
ALTER TABLE public.survey_submissions DROP CONSTRAINT IF EXISTS survey_submissions_owner_check;
ALTER TABLE public.survey_submissions ADD CONSTRAINT survey_submissions_owner_check
    CHECK (num_nonnulls(user_id, anonymous_session_id) <= 1) NOT VALID;

COMMENT ON CONSTRAINT profiles_owner_check ON public.profiles IS
    'A profile is that of an account or of an anonymous visitor, and stays so.';
