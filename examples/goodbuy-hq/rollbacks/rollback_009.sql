-- Undoes 009_ai_analysis_and_portfolios.sql: a policy before the table that it reads, and child before parent.

DROP FUNCTION IF EXISTS public.start_ai_analysis(varchar, varchar, varchar);

DROP TABLE IF EXISTS public.portfolio_businesses;
DROP TABLE IF EXISTS public.portfolios;
DROP TABLE IF EXISTS public.ai_analysis_sessions;

DROP FUNCTION IF EXISTS public.notify_ai_analysis();
