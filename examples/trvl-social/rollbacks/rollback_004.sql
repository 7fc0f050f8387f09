-- Undoes 004_create_group_compatibility_tables.sql.

DROP TABLE IF EXISTS public.compatibility_scores;
DROP TABLE IF EXISTS public.travel_preferences;
DROP TABLE IF EXISTS public.personality_assessments;
DROP TABLE IF EXISTS public.group_members;
DROP TABLE IF EXISTS public.groups;

DROP FUNCTION IF EXISTS public.is_group_member(uuid);
DROP FUNCTION IF EXISTS public.refresh_compatibility(uuid, uuid);
DROP FUNCTION IF EXISTS public.calculate_compatibility(uuid, uuid);
DROP FUNCTION IF EXISTS public.big_five_similarity(numeric[], numeric[]);
DROP FUNCTION IF EXISTS public.big_five_score(integer[]);

DROP TYPE IF EXISTS public.travel_pace;
DROP TYPE IF EXISTS public.group_member_role;
DROP TYPE IF EXISTS public.group_privacy;
