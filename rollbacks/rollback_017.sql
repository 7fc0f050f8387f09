-- Undoes 017_bot_system_support_tables.sql. The function returns rows of bot_tasks, so it goes before the table.

DROP FUNCTION IF EXISTS public.claim_bot_tasks(text, text, integer);

DROP TABLE IF EXISTS public.bot_alerts;
DROP TABLE IF EXISTS public.bot_tasks;
DROP TABLE IF EXISTS public.bot_schedules;
DROP TABLE IF EXISTS public.bot_settings;

DROP TYPE IF EXISTS public.alert_severity;
DROP TYPE IF EXISTS public.task_status;
