-- Undoes 010_index_changed_tables.sql, without blocking writes.

DROP INDEX CONCURRENTLY IF EXISTS public.sessions_connection_id_key;
DROP INDEX CONCURRENTLY IF EXISTS public.sessions_partner_profile_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.sessions_primary_profile_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.sessions_owner_anonymous_session_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.sessions_owner_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.sessions_partner_user_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.sessions_primary_user_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.survey_submissions_anonymous_session_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.survey_submissions_user_id_idx;
DROP INDEX CONCURRENTLY IF EXISTS public.profiles_anonymous_session_id_key;
DROP INDEX CONCURRENTLY IF EXISTS public.profiles_user_id_key;
