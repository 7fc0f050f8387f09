-- Undoes 016_bot_system.sql. refuse_change() stays: it belongs to 012.

DROP VIEW IF EXISTS public.bot_status;

DROP TABLE IF EXISTS public.bot_actions_log;
DROP TABLE IF EXISTS public.ai_bot_health;
DROP TABLE IF EXISTS public.ai_bots;

DROP TYPE IF EXISTS public.bot_outcome;
DROP TYPE IF EXISTS public.bot_health;
