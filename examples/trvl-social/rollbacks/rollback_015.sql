-- Undoes 015_optimize_compatibility_indexes.sql.

DROP INDEX CONCURRENTLY IF EXISTS public.idx_compatibility_scores_best_b;
DROP INDEX CONCURRENTLY IF EXISTS public.idx_compatibility_scores_best_a;
DROP INDEX CONCURRENTLY IF EXISTS public.idx_adventures_search;
