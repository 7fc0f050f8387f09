-- Undoes 011_require_owners.sql.

ALTER TABLE IF EXISTS public.survey_submissions DROP CONSTRAINT IF EXISTS survey_submissions_owner_check;
ALTER TABLE IF EXISTS public.sessions DROP CONSTRAINT IF EXISTS sessions_intimacy_level_present_check;
ALTER TABLE IF EXISTS public.sessions DROP CONSTRAINT IF EXISTS sessions_primary_profile_id_present_check;
ALTER TABLE IF EXISTS public.survey_submissions
    DROP CONSTRAINT IF EXISTS survey_submissions_survey_version_present_check;
ALTER TABLE IF EXISTS public.profiles DROP CONSTRAINT IF EXISTS profiles_survey_version_present_check;
ALTER TABLE IF EXISTS public.profiles DROP CONSTRAINT IF EXISTS profiles_is_anonymous_check;
ALTER TABLE IF EXISTS public.profiles DROP CONSTRAINT IF EXISTS profiles_owner_check;
