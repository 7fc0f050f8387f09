-- Undoes 013_update_content_feed_system.sql: the feed goes back to its definition of 004, then the rest is dropped.

CREATE OR REPLACE VIEW public.content_feed
WITH (security_invoker = true)
AS
SELECT 'puzzle' AS kind, puzzle.id, puzzle.title, puzzle.prompt AS summary, puzzle.created_at AS published_at
FROM public.puzzles AS puzzle
WHERE puzzle.is_active
UNION ALL
SELECT 'sentence', prompt.id, prompt.stem, NULL, prompt.created_at
FROM public.finish_sentence_prompts AS prompt
WHERE prompt.is_active
UNION ALL
SELECT 'post', post.id, post.title, left(post.body, 280), post.published_at
FROM public.community_posts AS post
WHERE post.status = 'published';

COMMENT ON VIEW public.content_feed IS 'Everything a member can read or answer today: puzzles, sentences and posts.';

ALTER TABLE IF EXISTS public.community_posts DROP COLUMN IF EXISTS is_featured;

DROP TABLE IF EXISTS public.community_post_topics;
DROP TABLE IF EXISTS public.user_content_interactions;
DROP TABLE IF EXISTS public.content_articles;
DROP TABLE IF EXISTS public.content_topics;
