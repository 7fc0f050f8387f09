-- Undoes 012_performance_monitoring.sql.

DROP MATERIALIZED VIEW IF EXISTS public.subscription_analytics;
DROP VIEW IF EXISTS public.query_slowdowns;
DROP TABLE IF EXISTS public.query_performance;
