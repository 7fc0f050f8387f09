-- Undoes 023_enhance_connection_system.sql.

ALTER TABLE IF EXISTS public.user_connections DROP COLUMN IF EXISTS met_on;
ALTER TABLE IF EXISTS public.user_connections DROP COLUMN IF EXISTS is_favorite;

DROP TABLE IF EXISTS public.connection_suggestions;

DROP FUNCTION IF EXISTS public.mutual_connections(uuid, uuid);
