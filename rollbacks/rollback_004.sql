-- Undoes 004_community_extraction.sql.

DROP VIEW IF EXISTS public.content_feed;

DROP TABLE IF EXISTS public.community_insights;
DROP TABLE IF EXISTS public.community_extraction_runs;
DROP TABLE IF EXISTS public.post_reactions;
DROP TABLE IF EXISTS public.post_comments;
DROP TABLE IF EXISTS public.community_posts;

DROP TYPE IF EXISTS public.job_status;
DROP TYPE IF EXISTS public.reaction_kind;
DROP TYPE IF EXISTS public.post_status;
DROP TYPE IF EXISTS public.post_kind;
