-- Undoes 011_create_whatsapp_tables.sql.

DROP TABLE IF EXISTS public.whatsapp_webhooks;
DROP TABLE IF EXISTS public.whatsapp_messages;
DROP TABLE IF EXISTS public.whatsapp_conversations;
DROP TABLE IF EXISTS public.whatsapp_contacts;

DROP TYPE IF EXISTS public.message_direction;
