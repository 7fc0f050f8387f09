-- Phase 3: the indexes of the lists that users open first, built without blocking writes.

DROP INDEX CONCURRENTLY IF EXISTS public.idx_ai_sessions_user_status;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_ai_sessions_user_status
    ON public.ai_analysis_sessions (user_id, status);

DROP INDEX CONCURRENTLY IF EXISTS public.idx_portfolios_user_default;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_portfolios_user_default
    ON public.portfolios (user_id, is_default);
