-- Undoes 001_initial_schema.sql: the trigger on auth.users first, then tables from child to parent, helpers last.

DROP TRIGGER IF EXISTS create_profile_for_user ON auth.users;
DROP FUNCTION IF EXISTS public.create_profile_for_user();

DROP TABLE IF EXISTS public.user_dealbreakers;
DROP TABLE IF EXISTS public.dealbreakers;
DROP TABLE IF EXISTS public.user_images;
DROP TABLE IF EXISTS public.user_preferences;
DROP TABLE IF EXISTS public.profiles;

DROP TYPE IF EXISTS public.dealbreaker_severity;
DROP TYPE IF EXISTS public.moderation_status;
DROP TYPE IF EXISTS public.relationship_goal;
DROP TYPE IF EXISTS public.gender;
DROP TYPE IF EXISTS public.profile_status;

DROP FUNCTION IF EXISTS public.is_admin();
DROP FUNCTION IF EXISTS public.set_updated_at();
