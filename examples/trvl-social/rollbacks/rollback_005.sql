-- Undoes 005_create_community_social_tables.sql.

DROP TABLE IF EXISTS public.community_feed_items;
DROP TABLE IF EXISTS public.comment_likes;
DROP TABLE IF EXISTS public.comments;
DROP TABLE IF EXISTS public.post_likes;
DROP TABLE IF EXISTS public.posts;
DROP TABLE IF EXISTS public.user_connections;

DROP TYPE IF EXISTS public.visibility;
DROP TYPE IF EXISTS public.connection_status;
