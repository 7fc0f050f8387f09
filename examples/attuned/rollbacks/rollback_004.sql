-- Undoes 004_add_partner_system.sql.

DROP FUNCTION IF EXISTS public.partner_profile(uuid);
DROP FUNCTION IF EXISTS public.partners_sharing_everything();
DROP FUNCTION IF EXISTS public.answer_connection(uuid, boolean);
DROP FUNCTION IF EXISTS public.request_connection(text);
DROP FUNCTION IF EXISTS public.expire_connections();

DROP TABLE IF EXISTS public.push_notification_tokens;
DROP TABLE IF EXISTS public.remembered_partners;
DROP TABLE IF EXISTS public.partner_connections;
DROP FUNCTION IF EXISTS public.limit_remembered_partners();

DROP TYPE IF EXISTS public.push_platform;
DROP TYPE IF EXISTS public.connection_status;
