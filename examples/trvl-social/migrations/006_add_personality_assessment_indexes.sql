-- Indexes for finding people who fit: by personality, and by where they live.
--
-- Built without blocking writes. An index that a failed attempt left INVALID is dropped first.

DROP INDEX CONCURRENTLY IF EXISTS public.idx_personality_assessments_traits;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_personality_assessments_traits
    ON public.personality_assessments (openness, conscientiousness, extraversion, agreeableness, neuroticism);

DROP INDEX CONCURRENTLY IF EXISTS public.idx_travel_preferences_home;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_travel_preferences_home
    ON public.travel_preferences USING gist (home_coordinates);

DROP INDEX CONCURRENTLY IF EXISTS public.idx_groups_destination;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_groups_destination ON public.groups USING gist (destination_coordinates);
