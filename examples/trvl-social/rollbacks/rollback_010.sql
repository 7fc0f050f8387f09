-- Undoes 010_create_notification_tables.sql.

DROP TABLE IF EXISTS public.notification_settings;
DROP TABLE IF EXISTS public.notifications;

DROP TYPE IF EXISTS public.notification_channel;
