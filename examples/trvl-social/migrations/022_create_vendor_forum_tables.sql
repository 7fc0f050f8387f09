-- A forum where vendors talk among themselves.

CREATE OR REPLACE FUNCTION public.is_vendor()
RETURNS boolean
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $function$
    SELECT EXISTS (SELECT 1 FROM public.vendors WHERE user_id = (SELECT auth.uid()) AND status = 'active')
$function$;

COMMENT ON FUNCTION public.is_vendor() IS
    'Whether the caller has an active business.';

REVOKE ALL ON FUNCTION public.is_vendor() FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.is_vendor() TO authenticated, service_role;

CREATE TABLE IF NOT EXISTS public.forum_categories (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    name text NOT NULL,
    description text,
    ordinal integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT forum_categories_pkey PRIMARY KEY (id),
    CONSTRAINT forum_categories_slug_key UNIQUE (slug),
    CONSTRAINT forum_categories_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);

COMMENT ON TABLE public.forum_categories IS 'The parts of the forum.';

CREATE TABLE IF NOT EXISTS public.forum_topics (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    category_id uuid NOT NULL,
    author_id uuid NOT NULL,
    title text NOT NULL,
    is_pinned boolean NOT NULL DEFAULT false,
    is_locked boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT forum_topics_pkey PRIMARY KEY (id),
    CONSTRAINT forum_topics_category_id_fkey
        FOREIGN KEY (category_id) REFERENCES public.forum_categories (id) ON DELETE RESTRICT,
    CONSTRAINT forum_topics_author_id_fkey
        FOREIGN KEY (author_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT forum_topics_title_check CHECK (char_length(title) BETWEEN 3 AND 200)
);

COMMENT ON TABLE public.forum_topics IS 'Something to talk about.';

CREATE INDEX IF NOT EXISTS idx_forum_topics_category_id ON public.forum_topics (category_id);
CREATE INDEX IF NOT EXISTS idx_forum_topics_author_id ON public.forum_topics (author_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.forum_topics
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.forum_posts (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    topic_id uuid NOT NULL,
    author_id uuid NOT NULL,
    parent_id uuid,
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT forum_posts_pkey PRIMARY KEY (id),
    CONSTRAINT forum_posts_topic_id_fkey
        FOREIGN KEY (topic_id) REFERENCES public.forum_topics (id) ON DELETE CASCADE,
    CONSTRAINT forum_posts_author_id_fkey
        FOREIGN KEY (author_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT forum_posts_parent_id_fkey
        FOREIGN KEY (parent_id) REFERENCES public.forum_posts (id) ON DELETE CASCADE,
    CONSTRAINT forum_posts_content_check CHECK (char_length(content) BETWEEN 1 AND 20000)
);

COMMENT ON TABLE public.forum_posts IS 'What is said about a topic.';

CREATE INDEX IF NOT EXISTS idx_forum_posts_topic_id ON public.forum_posts (topic_id);
CREATE INDEX IF NOT EXISTS idx_forum_posts_author_id ON public.forum_posts (author_id);
CREATE INDEX IF NOT EXISTS idx_forum_posts_parent_id ON public.forum_posts (parent_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.forum_posts
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.forum_post_votes (
    post_id uuid NOT NULL,
    user_id uuid NOT NULL,
    vote integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT forum_post_votes_pkey PRIMARY KEY (post_id, user_id),
    CONSTRAINT forum_post_votes_post_id_fkey
        FOREIGN KEY (post_id) REFERENCES public.forum_posts (id) ON DELETE CASCADE,
    CONSTRAINT forum_post_votes_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT forum_post_votes_vote_check CHECK (vote IN (-1, 1))
);

COMMENT ON TABLE public.forum_post_votes IS 'Whether a vendor finds a post useful.';

CREATE INDEX IF NOT EXISTS idx_forum_post_votes_user_id ON public.forum_post_votes (user_id);

INSERT INTO public.forum_categories (slug, name, ordinal)
VALUES
    ('getting-started', 'Getting started', 1),
    ('safety', 'Safety and insurance', 2),
    ('pricing', 'Pricing and payouts', 3),
    ('ideas', 'Ideas for the platform', 4)
ON CONFLICT (slug) DO NOTHING;

-- Privileges

REVOKE ALL ON TABLE
    public.forum_categories, public.forum_topics, public.forum_posts, public.forum_post_votes
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.forum_categories, public.forum_topics, public.forum_posts, public.forum_post_votes
    TO service_role;
GRANT SELECT ON TABLE public.forum_categories TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.forum_post_votes TO authenticated;
GRANT SELECT, INSERT (category_id, author_id, title), UPDATE (title) ON TABLE public.forum_topics TO authenticated;
GRANT SELECT, INSERT (topic_id, author_id, parent_id, content), UPDATE (content)
    ON TABLE public.forum_posts TO authenticated;

-- Row-level security

ALTER TABLE public.forum_categories ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.forum_topics ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.forum_posts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.forum_post_votes ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Vendors can view forum categories" ON public.forum_categories;
CREATE POLICY "Vendors can view forum categories" ON public.forum_categories
    FOR SELECT TO authenticated
    USING ((SELECT public.is_vendor()));

DROP POLICY IF EXISTS "Vendors can view forum topics" ON public.forum_topics;
CREATE POLICY "Vendors can view forum topics" ON public.forum_topics
    FOR SELECT TO authenticated
    USING ((SELECT public.is_vendor()));

DROP POLICY IF EXISTS "Vendors can view forum posts" ON public.forum_posts;
CREATE POLICY "Vendors can view forum posts" ON public.forum_posts
    FOR SELECT TO authenticated
    USING ((SELECT public.is_vendor()));

DROP POLICY IF EXISTS "Vendors can view forum votes" ON public.forum_post_votes;
CREATE POLICY "Vendors can view forum votes" ON public.forum_post_votes
    FOR SELECT TO authenticated
    USING ((SELECT public.is_vendor()));

DROP POLICY IF EXISTS "Vendors can open topics" ON public.forum_topics;
CREATE POLICY "Vendors can open topics" ON public.forum_topics
    FOR INSERT TO authenticated
    WITH CHECK (author_id = (SELECT auth.uid()) AND (SELECT public.is_vendor()));

DROP POLICY IF EXISTS "Vendors can update own topics" ON public.forum_topics;
CREATE POLICY "Vendors can update own topics" ON public.forum_topics
    FOR UPDATE TO authenticated
    USING (author_id = (SELECT auth.uid()))
    WITH CHECK (author_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Vendors can write posts" ON public.forum_posts;
CREATE POLICY "Vendors can write posts" ON public.forum_posts
    FOR INSERT TO authenticated
    WITH CHECK (
        author_id = (SELECT auth.uid()) AND (SELECT public.is_vendor())
        AND EXISTS (SELECT 1 FROM public.forum_topics WHERE forum_topics.id = topic_id AND NOT forum_topics.is_locked)
    );

DROP POLICY IF EXISTS "Vendors can update own posts" ON public.forum_posts;
CREATE POLICY "Vendors can update own posts" ON public.forum_posts
    FOR UPDATE TO authenticated
    USING (author_id = (SELECT auth.uid()))
    WITH CHECK (author_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Vendors can vote" ON public.forum_post_votes;
CREATE POLICY "Vendors can vote" ON public.forum_post_votes
    FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT auth.uid()) AND (SELECT public.is_vendor()));

DROP POLICY IF EXISTS "Vendors can change own votes" ON public.forum_post_votes;
CREATE POLICY "Vendors can change own votes" ON public.forum_post_votes
    FOR UPDATE TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Vendors can take back own votes" ON public.forum_post_votes;
CREATE POLICY "Vendors can take back own votes" ON public.forum_post_votes
    FOR DELETE TO authenticated
    USING (user_id = (SELECT auth.uid()));
