-- Undoes 002_engagement_games.sql.

DROP VIEW IF EXISTS public.game_catalogue;
DROP FUNCTION IF EXISTS public.record_engagement(uuid, integer);

DROP TABLE IF EXISTS public.user_game_responses;
DROP TABLE IF EXISTS public.user_game_sessions;
DROP TABLE IF EXISTS public.game_questions;
DROP TABLE IF EXISTS public.games;
DROP TABLE IF EXISTS public.user_badges;
DROP TABLE IF EXISTS public.badges;
DROP TABLE IF EXISTS public.engagement_sessions;

DROP TYPE IF EXISTS public.activity_status;
DROP TYPE IF EXISTS public.question_kind;
DROP TYPE IF EXISTS public.game_kind;
DROP TYPE IF EXISTS public.badge_tier;
