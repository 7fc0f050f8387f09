-- Undoes 010_index_ai_analysis.sql, without blocking writes.

DROP INDEX CONCURRENTLY IF EXISTS public.idx_portfolios_user_default;
DROP INDEX CONCURRENTLY IF EXISTS public.idx_ai_sessions_user_status;
