-- Undoes 005_update_sessions.sql: games keep what the prototype knew of them.

DROP FUNCTION IF EXISTS public.my_session_ids();
DROP FUNCTION IF EXISTS public.start_session(uuid, public.intimacy_level);
DROP TRIGGER IF EXISTS link_session ON public.sessions;
DROP FUNCTION IF EXISTS public.link_session();

ALTER TABLE IF EXISTS public.sessions DROP CONSTRAINT IF EXISTS sessions_partner_name_check;
ALTER TABLE IF EXISTS public.sessions DROP CONSTRAINT IF EXISTS sessions_connection_id_fkey;
ALTER TABLE IF EXISTS public.sessions DROP CONSTRAINT IF EXISTS sessions_owner_id_fkey;
ALTER TABLE IF EXISTS public.sessions DROP CONSTRAINT IF EXISTS sessions_partner_profile_id_fkey;
ALTER TABLE IF EXISTS public.sessions DROP CONSTRAINT IF EXISTS sessions_primary_profile_id_fkey;
ALTER TABLE IF EXISTS public.sessions DROP CONSTRAINT IF EXISTS sessions_partner_user_id_fkey;
ALTER TABLE IF EXISTS public.sessions DROP CONSTRAINT IF EXISTS sessions_primary_user_id_fkey;

ALTER TABLE IF EXISTS public.sessions DROP COLUMN IF EXISTS intimacy_level;
ALTER TABLE IF EXISTS public.sessions DROP COLUMN IF EXISTS connection_id;
ALTER TABLE IF EXISTS public.sessions DROP COLUMN IF EXISTS owner_anonymous_session_id;
ALTER TABLE IF EXISTS public.sessions DROP COLUMN IF EXISTS owner_id;
ALTER TABLE IF EXISTS public.sessions DROP COLUMN IF EXISTS partner_anonymous_anatomy;
ALTER TABLE IF EXISTS public.sessions DROP COLUMN IF EXISTS partner_anonymous_name;
ALTER TABLE IF EXISTS public.sessions DROP COLUMN IF EXISTS partner_profile_id;
ALTER TABLE IF EXISTS public.sessions DROP COLUMN IF EXISTS primary_profile_id;
ALTER TABLE IF EXISTS public.sessions DROP COLUMN IF EXISTS partner_user_id;
ALTER TABLE IF EXISTS public.sessions DROP COLUMN IF EXISTS primary_user_id;

DROP TYPE IF EXISTS public.intimacy_level;
