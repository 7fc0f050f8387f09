-- Undoes 001_instant_onboarding.sql. Nothing outside of it goes with it: what others built on it stops this rollback.

DROP FUNCTION IF EXISTS public.cleanup_expired_onboarding_sessions();

DROP VIEW IF EXISTS public.instant_onboarding_conversion_metrics;
DROP VIEW IF EXISTS public.instant_onboarding_session_stats;

DROP TABLE IF EXISTS public.instant_onboarding_profiles;
DROP TABLE IF EXISTS public.instant_onboarding_sessions;

DROP FUNCTION IF EXISTS public.set_instant_onboarding_updated_at();

DROP TYPE IF EXISTS public.onboarding_channel;
DROP TYPE IF EXISTS public.session_status;
