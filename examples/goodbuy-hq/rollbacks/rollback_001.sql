-- Undoes 001_existing_platform.sql, from child to parent.

DROP TABLE IF EXISTS public.health_metrics;
DROP TABLE IF EXISTS public.businesses;
DROP TABLE IF EXISTS public.users;
