-- Indexes of the three changed tables, which hold data and are in use: built without blocking writes.

DROP INDEX CONCURRENTLY IF EXISTS public.profiles_user_id_key;
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS profiles_user_id_key
    ON public.profiles (user_id);

DROP INDEX CONCURRENTLY IF EXISTS public.profiles_anonymous_session_id_key;
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS profiles_anonymous_session_id_key
    ON public.profiles (anonymous_session_id);

DROP INDEX CONCURRENTLY IF EXISTS public.survey_submissions_user_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS survey_submissions_user_id_idx
    ON public.survey_submissions (user_id, submitted_at DESC);

DROP INDEX CONCURRENTLY IF EXISTS public.survey_submissions_anonymous_session_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS survey_submissions_anonymous_session_id_idx
    ON public.survey_submissions (anonymous_session_id) WHERE anonymous_session_id IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS public.sessions_primary_user_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_primary_user_id_idx
    ON public.sessions (primary_user_id, started_at DESC);

DROP INDEX CONCURRENTLY IF EXISTS public.sessions_partner_user_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_partner_user_id_idx
    ON public.sessions (partner_user_id, started_at DESC);

DROP INDEX CONCURRENTLY IF EXISTS public.sessions_owner_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_owner_id_idx
    ON public.sessions (owner_id);

DROP INDEX CONCURRENTLY IF EXISTS public.sessions_owner_anonymous_session_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_owner_anonymous_session_id_idx
    ON public.sessions (owner_anonymous_session_id) WHERE owner_anonymous_session_id IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS public.sessions_primary_profile_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_primary_profile_id_idx
    ON public.sessions (primary_profile_id);

DROP INDEX CONCURRENTLY IF EXISTS public.sessions_partner_profile_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_partner_profile_id_idx
    ON public.sessions (partner_profile_id);

DROP INDEX CONCURRENTLY IF EXISTS public.sessions_connection_id_key;
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS sessions_connection_id_key
    ON public.sessions (connection_id);
