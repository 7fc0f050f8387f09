-- Indexes for the searches that people make most: adventures to go on, and the best matches of a person.
--
-- Built without blocking writes. An index that a failed attempt left INVALID is dropped first.

DROP INDEX CONCURRENTLY IF EXISTS public.idx_adventures_search;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_adventures_search
    ON public.adventures (category, rating DESC) WHERE is_active;

DROP INDEX CONCURRENTLY IF EXISTS public.idx_compatibility_scores_best_a;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_compatibility_scores_best_a
    ON public.compatibility_scores (user_a_id, score DESC);

DROP INDEX CONCURRENTLY IF EXISTS public.idx_compatibility_scores_best_b;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_compatibility_scores_best_b
    ON public.compatibility_scores (user_b_id, score DESC);
