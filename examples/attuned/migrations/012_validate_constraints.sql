-- Looks at the rows that exist: all that was declared NOT VALID by 003, 005 and 011 holds for them too. Reading and
-- writing go on while it looks, for all scans come before the first lock that shuts anybody out.

ALTER TABLE public.profiles VALIDATE CONSTRAINT profiles_user_id_fkey;
ALTER TABLE public.survey_submissions VALIDATE CONSTRAINT survey_submissions_user_id_fkey;
ALTER TABLE public.sessions VALIDATE CONSTRAINT sessions_primary_user_id_fkey;
ALTER TABLE public.sessions VALIDATE CONSTRAINT sessions_partner_user_id_fkey;
ALTER TABLE public.sessions VALIDATE CONSTRAINT sessions_primary_profile_id_fkey;
ALTER TABLE public.sessions VALIDATE CONSTRAINT sessions_partner_profile_id_fkey;
ALTER TABLE public.sessions VALIDATE CONSTRAINT sessions_owner_id_fkey;
ALTER TABLE public.sessions VALIDATE CONSTRAINT sessions_connection_id_fkey;
ALTER TABLE public.sessions VALIDATE CONSTRAINT sessions_partner_name_check;
ALTER TABLE public.profiles VALIDATE CONSTRAINT profiles_owner_check;
ALTER TABLE public.profiles VALIDATE CONSTRAINT profiles_is_anonymous_check;
ALTER TABLE public.survey_submissions VALIDATE CONSTRAINT survey_submissions_owner_check;

-- When this is run again, these four have done their work and are gone.

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'profiles_survey_version_present_check') THEN
        ALTER TABLE public.profiles VALIDATE CONSTRAINT profiles_survey_version_present_check;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'survey_submissions_survey_version_present_check') THEN
        ALTER TABLE public.survey_submissions VALIDATE CONSTRAINT survey_submissions_survey_version_present_check;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'sessions_primary_profile_id_present_check') THEN
        ALTER TABLE public.sessions VALIDATE CONSTRAINT sessions_primary_profile_id_present_check;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'sessions_intimacy_level_present_check') THEN
        ALTER TABLE public.sessions VALIDATE CONSTRAINT sessions_intimacy_level_present_check;
    END IF;
END
$$;

-- SET NOT NULL finds the validated CHECK and scans nothing.

ALTER TABLE public.profiles ALTER COLUMN survey_version SET NOT NULL;
ALTER TABLE public.survey_submissions ALTER COLUMN survey_version SET NOT NULL;
ALTER TABLE public.sessions ALTER COLUMN primary_profile_id SET NOT NULL;
ALTER TABLE public.sessions ALTER COLUMN intimacy_level SET NOT NULL;

ALTER TABLE public.profiles DROP CONSTRAINT IF EXISTS profiles_survey_version_present_check;
ALTER TABLE public.survey_submissions DROP CONSTRAINT IF EXISTS survey_submissions_survey_version_present_check;
ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_primary_profile_id_present_check;
ALTER TABLE public.sessions DROP CONSTRAINT IF EXISTS sessions_intimacy_level_present_check;
