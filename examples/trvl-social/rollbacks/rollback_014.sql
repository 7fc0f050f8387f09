-- Undoes 014_enhance_webhook_system.sql.

DROP TABLE IF EXISTS public.webhook_failures;
DROP TABLE IF EXISTS public.webhook_logs;
DROP TABLE IF EXISTS public.webhook_events;
