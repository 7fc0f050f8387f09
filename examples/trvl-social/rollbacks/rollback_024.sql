-- Undoes 024_create_engagement_tracking_tables.sql.

DROP TABLE IF EXISTS public.user_interactions;
DROP TABLE IF EXISTS public.content_views;
DROP TABLE IF EXISTS public.user_activity_logs;
DROP TABLE IF EXISTS public.engagement_metrics;
