-- Undoes 003_add_user_auth.sql: what was added to the prototype's tables, then the tables, from child to parent.

DROP TRIGGER IF EXISTS count_profile_version ON public.profiles;
DROP TRIGGER IF EXISTS identify_profile ON public.profiles;
DROP FUNCTION IF EXISTS public.count_profile_version();
DROP FUNCTION IF EXISTS public.identify_profile();

ALTER TABLE IF EXISTS public.survey_submissions DROP CONSTRAINT IF EXISTS survey_submissions_user_id_fkey;
ALTER TABLE IF EXISTS public.survey_submissions DROP COLUMN IF EXISTS survey_version;
ALTER TABLE IF EXISTS public.survey_submissions DROP COLUMN IF EXISTS anonymous_session_id;
ALTER TABLE IF EXISTS public.survey_submissions DROP COLUMN IF EXISTS user_id;

ALTER TABLE IF EXISTS public.profiles DROP CONSTRAINT IF EXISTS profiles_user_id_fkey;
ALTER TABLE IF EXISTS public.profiles DROP COLUMN IF EXISTS version;
ALTER TABLE IF EXISTS public.profiles DROP COLUMN IF EXISTS survey_version;
ALTER TABLE IF EXISTS public.profiles DROP COLUMN IF EXISTS anonymous_session_id;
ALTER TABLE IF EXISTS public.profiles DROP COLUMN IF EXISTS is_anonymous;
ALTER TABLE IF EXISTS public.profiles DROP COLUMN IF EXISTS user_id;

DROP FUNCTION IF EXISTS public.save_survey_progress(text, jsonb, text);
DROP FUNCTION IF EXISTS public.reset_daily_counters();
DROP FUNCTION IF EXISTS public.count_activity(uuid);
DROP FUNCTION IF EXISTS public.remaining_activities(uuid);
DROP FUNCTION IF EXISTS public.daily_activity_limit();
DROP FUNCTION IF EXISTS public.has_premium(uuid);

DROP TRIGGER IF EXISTS create_user_for_account ON auth.users;
DROP FUNCTION IF EXISTS public.create_user_for_account();

DROP TABLE IF EXISTS public.survey_progress;
DROP TABLE IF EXISTS public.users;

DROP FUNCTION IF EXISTS public.local_date(text);
DROP FUNCTION IF EXISTS public.set_updated_at();

DROP TYPE IF EXISTS public.profile_sharing;
DROP TYPE IF EXISTS public.subscription_tier;
DROP TYPE IF EXISTS public.auth_provider;
