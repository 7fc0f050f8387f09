-- Undoes 022_create_vendor_forum_tables.sql.

DROP TABLE IF EXISTS public.forum_post_votes;
DROP TABLE IF EXISTS public.forum_posts;
DROP TABLE IF EXISTS public.forum_topics;
DROP TABLE IF EXISTS public.forum_categories;

DROP FUNCTION IF EXISTS public.is_vendor();
