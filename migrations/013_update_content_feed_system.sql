-- Editorial content: topics and articles with reading tracking, and a feed that shows them next to what members write.
--
-- Breaking: the feed no longer shows every published post, only those that an editor has featured; none is at first.

-- Topics and articles

CREATE TABLE IF NOT EXISTS public.content_topics (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    ordinal smallint NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_topics_pkey PRIMARY KEY (id),
    CONSTRAINT content_topics_slug_key UNIQUE (slug),
    CONSTRAINT content_topics_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);

COMMENT ON TABLE public.content_topics IS 'Headings under which articles and posts are filed.';
COMMENT ON COLUMN public.content_topics.ordinal IS 'Place in lists; topics may share one.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.content_topics
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.content_articles (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    topic_id uuid NOT NULL,
    slug text NOT NULL,
    status public.post_status NOT NULL DEFAULT 'draft',
    title text NOT NULL,
    summary text NOT NULL,
    body text NOT NULL,
    reading_minutes smallint NOT NULL GENERATED ALWAYS AS (
        greatest(1, round(char_length(body) / 1200.0))
    ) STORED,
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_articles_pkey PRIMARY KEY (id),
    CONSTRAINT content_articles_slug_key UNIQUE (slug),
    CONSTRAINT content_articles_topic_id_fkey
        FOREIGN KEY (topic_id) REFERENCES public.content_topics (id) ON DELETE RESTRICT,
    CONSTRAINT content_articles_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT content_articles_title_check CHECK (char_length(title) BETWEEN 3 AND 140),
    CONSTRAINT content_articles_summary_check CHECK (char_length(summary) BETWEEN 10 AND 280),
    CONSTRAINT content_articles_published_at_check CHECK (status <> 'published' OR published_at IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS content_articles_topic_id_idx
    ON public.content_articles (topic_id);
CREATE INDEX IF NOT EXISTS content_articles_published_idx
    ON public.content_articles (published_at DESC) WHERE status = 'published';

COMMENT ON TABLE public.content_articles IS 'What our editors write about meeting and living together.';
COMMENT ON COLUMN public.content_articles.body IS 'Markdown.';
COMMENT ON COLUMN public.content_articles.reading_minutes IS 'At some 1200 characters a minute, at least one.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.content_articles
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.user_content_interactions (
    profile_id uuid NOT NULL,
    article_id uuid NOT NULL,
    progress smallint NOT NULL DEFAULT 0,
    is_saved boolean NOT NULL DEFAULT false,
    was_helpful boolean,
    first_read_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_content_interactions_pkey PRIMARY KEY (profile_id, article_id),
    CONSTRAINT user_content_interactions_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_content_interactions_article_id_fkey
        FOREIGN KEY (article_id) REFERENCES public.content_articles (id) ON DELETE CASCADE,
    CONSTRAINT user_content_interactions_progress_check CHECK (progress BETWEEN 0 AND 100)
);

CREATE INDEX IF NOT EXISTS user_content_interactions_article_id_idx
    ON public.user_content_interactions (article_id);

COMMENT ON TABLE public.user_content_interactions IS 'What a member read, saved, and found helpful.';
COMMENT ON COLUMN public.user_content_interactions.progress IS 'How far the member has read, in per cent.';
COMMENT ON COLUMN public.user_content_interactions.was_helpful IS 'NULL until the member says.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.user_content_interactions
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Posts: filed under topics, and picked by editors. A constant default needs no rewrite of the table.

CREATE TABLE IF NOT EXISTS public.community_post_topics (
    post_id uuid NOT NULL,
    topic_id uuid NOT NULL,
    CONSTRAINT community_post_topics_pkey PRIMARY KEY (post_id, topic_id),
    CONSTRAINT community_post_topics_post_id_fkey
        FOREIGN KEY (post_id) REFERENCES public.community_posts (id) ON DELETE CASCADE,
    CONSTRAINT community_post_topics_topic_id_fkey
        FOREIGN KEY (topic_id) REFERENCES public.content_topics (id) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS community_post_topics_topic_id_idx ON public.community_post_topics (topic_id);

COMMENT ON TABLE public.community_post_topics IS 'The topics that a post is about.';

ALTER TABLE public.community_posts ADD COLUMN IF NOT EXISTS is_featured boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN public.community_posts.is_featured IS 'Set by an editor: only featured posts enter the feed.';

-- The feed: the same columns as before, now with articles, and with featured posts instead of all posts

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
WHERE post.status = 'published' AND post.is_featured
UNION ALL
SELECT 'article', article.id, article.title, article.summary, article.published_at
FROM public.content_articles AS article
WHERE article.status = 'published' AND article.published_at <= now();

COMMENT ON VIEW public.content_feed IS
    'Everything a member can read or answer today: articles, featured posts, puzzles and sentences.';

-- Privileges

REVOKE ALL ON TABLE
    public.content_topics, public.content_articles, public.user_content_interactions, public.community_post_topics
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.content_topics, public.content_articles, public.user_content_interactions, public.community_post_topics
    TO service_role;
GRANT SELECT ON TABLE public.content_topics, public.content_articles TO anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.user_content_interactions TO authenticated;
GRANT SELECT, INSERT, DELETE ON TABLE public.community_post_topics TO authenticated;

-- Row-level security

ALTER TABLE public.content_topics ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.content_articles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_content_interactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.community_post_topics ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS content_topics_select ON public.content_topics;
CREATE POLICY content_topics_select ON public.content_topics
    FOR SELECT TO anon, authenticated
    USING (is_active OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS content_articles_select ON public.content_articles;
CREATE POLICY content_articles_select ON public.content_articles
    FOR SELECT TO anon, authenticated
    USING ((status = 'published' AND published_at <= now()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS user_content_interactions_own ON public.user_content_interactions;
CREATE POLICY user_content_interactions_own ON public.user_content_interactions
    FOR ALL TO authenticated
    USING (profile_id = (SELECT auth.uid()))
    WITH CHECK (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS community_post_topics_select ON public.community_post_topics;
CREATE POLICY community_post_topics_select ON public.community_post_topics
    FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM public.community_posts AS post WHERE post.id = community_post_topics.post_id));

DROP POLICY IF EXISTS community_post_topics_insert_own ON public.community_post_topics;
CREATE POLICY community_post_topics_insert_own ON public.community_post_topics
    FOR INSERT TO authenticated
    WITH CHECK (EXISTS (
        SELECT 1
        FROM public.community_posts AS post
        WHERE post.id = community_post_topics.post_id AND post.author_id = (SELECT auth.uid())
    ));

DROP POLICY IF EXISTS community_post_topics_delete_own ON public.community_post_topics;
CREATE POLICY community_post_topics_delete_own ON public.community_post_topics
    FOR DELETE TO authenticated
    USING (EXISTS (
        SELECT 1
        FROM public.community_posts AS post
        WHERE post.id = community_post_topics.post_id AND post.author_id = (SELECT auth.uid())
    ));
