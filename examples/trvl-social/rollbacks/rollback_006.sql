-- Undoes 006_add_personality_assessment_indexes.sql.

DROP INDEX CONCURRENTLY IF EXISTS public.idx_groups_destination;
DROP INDEX CONCURRENTLY IF EXISTS public.idx_travel_preferences_home;
DROP INDEX CONCURRENTLY IF EXISTS public.idx_personality_assessments_traits;
