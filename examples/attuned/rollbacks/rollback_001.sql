-- Undoes 001_prototype_schema.sql, from child to parent.

DROP TABLE IF EXISTS public.compatibility_results;
DROP TABLE IF EXISTS public.session_activities;
DROP TABLE IF EXISTS public.sessions;
DROP TABLE IF EXISTS public.activities;
DROP TABLE IF EXISTS public.profiles;
DROP TABLE IF EXISTS public.survey_submissions;
