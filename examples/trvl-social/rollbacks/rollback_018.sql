-- Undoes 018_create_moderation_system.sql.

DROP TABLE IF EXISTS public.automated_moderation_rules;
DROP TABLE IF EXISTS public.moderation_actions;
DROP TABLE IF EXISTS public.content_reports;

DROP TYPE IF EXISTS public.report_status;
