-- Undoes 011_match_generation_system.sql: first the policies that it put on older tables, for they read matches.

DROP POLICY IF EXISTS user_finished_sentences_select_matched ON public.user_finished_sentences;
DROP POLICY IF EXISTS user_images_select_matched ON public.user_images;

DROP FUNCTION IF EXISTS public.my_introductions();
DROP FUNCTION IF EXISTS public.respond_to_match(uuid, public.match_response);
DROP FUNCTION IF EXISTS public.match_candidates(uuid, integer);
DROP FUNCTION IF EXISTS public.breaks_deal(uuid, uuid);
DROP FUNCTION IF EXISTS public.suits_preferences(uuid, uuid);
DROP FUNCTION IF EXISTS public.distance_km(double precision, double precision, double precision, double precision);

DROP TABLE IF EXISTS public.introduction_reports;
DROP TABLE IF EXISTS public.match_feedback;
DROP TABLE IF EXISTS public.matches;
DROP TABLE IF EXISTS public.match_generation_runs;

DROP TYPE IF EXISTS public.match_status;
DROP TYPE IF EXISTS public.match_response;
