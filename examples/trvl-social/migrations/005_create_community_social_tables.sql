-- Who knows whom, what they write, and what each of them is shown.

DO $$
BEGIN
    CREATE TYPE public.connection_status AS ENUM ('pending', 'accepted', 'declined', 'blocked');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.connection_status IS 'Where a connection between two people stands.';

DO $$
BEGIN
    CREATE TYPE public.visibility AS ENUM ('public', 'connections', 'private');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.visibility IS 'Who sees something.';

CREATE TABLE IF NOT EXISTS public.user_connections (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    requester_id uuid NOT NULL,
    addressee_id uuid NOT NULL,
    status public.connection_status NOT NULL DEFAULT 'pending',
    responded_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_connections_pkey PRIMARY KEY (id),
    CONSTRAINT user_connections_requester_id_addressee_id_key UNIQUE (requester_id, addressee_id),
    CONSTRAINT user_connections_requester_id_fkey
        FOREIGN KEY (requester_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_connections_addressee_id_fkey
        FOREIGN KEY (addressee_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_connections_not_self_check CHECK (requester_id <> addressee_id)
);

COMMENT ON TABLE public.user_connections IS 'One asks, the other answers; each pair once in each direction.';

CREATE INDEX IF NOT EXISTS idx_user_connections_addressee_id ON public.user_connections (addressee_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.user_connections
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.posts (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    author_id uuid NOT NULL,
    adventure_id uuid,
    group_id uuid,
    content text NOT NULL,
    media_paths text[] NOT NULL DEFAULT '{}',
    visibility public.visibility NOT NULL DEFAULT 'public',
    like_count integer NOT NULL DEFAULT 0,
    comment_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT posts_pkey PRIMARY KEY (id),
    CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT posts_adventure_id_fkey
        FOREIGN KEY (adventure_id) REFERENCES public.adventures (id) ON DELETE SET NULL,
    CONSTRAINT posts_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.groups (id) ON DELETE CASCADE,
    CONSTRAINT posts_content_check CHECK (char_length(content) BETWEEN 1 AND 10000),
    CONSTRAINT posts_counts_check CHECK (like_count >= 0 AND comment_count >= 0)
);

COMMENT ON TABLE public.posts IS 'What people write, with what it is about.';
COMMENT ON COLUMN public.posts.media_paths IS 'Paths in the storage bucket user-uploads.';

CREATE INDEX IF NOT EXISTS idx_posts_created_at ON public.posts (created_at DESC) WHERE visibility = 'public';
CREATE INDEX IF NOT EXISTS idx_posts_author_id ON public.posts (author_id);
CREATE INDEX IF NOT EXISTS idx_posts_adventure_id ON public.posts (adventure_id);
CREATE INDEX IF NOT EXISTS idx_posts_group_id ON public.posts (group_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.posts
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.post_likes (
    post_id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT post_likes_pkey PRIMARY KEY (post_id, user_id),
    CONSTRAINT post_likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts (id) ON DELETE CASCADE,
    CONSTRAINT post_likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.post_likes IS 'Who likes which post.';

CREATE INDEX IF NOT EXISTS idx_post_likes_user_id ON public.post_likes (user_id);

CREATE TABLE IF NOT EXISTS public.comments (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    post_id uuid NOT NULL,
    author_id uuid NOT NULL,
    parent_id uuid,
    content text NOT NULL,
    like_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT comments_pkey PRIMARY KEY (id),
    CONSTRAINT comments_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts (id) ON DELETE CASCADE,
    CONSTRAINT comments_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT comments_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.comments (id) ON DELETE CASCADE,
    CONSTRAINT comments_content_check CHECK (char_length(content) BETWEEN 1 AND 4000),
    CONSTRAINT comments_like_count_check CHECK (like_count >= 0)
);

COMMENT ON TABLE public.comments IS 'Answers to a post, and answers to those.';

CREATE INDEX IF NOT EXISTS idx_comments_post_id ON public.comments (post_id);
CREATE INDEX IF NOT EXISTS idx_comments_author_id ON public.comments (author_id);
CREATE INDEX IF NOT EXISTS idx_comments_parent_id ON public.comments (parent_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.comments
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.comment_likes (
    comment_id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT comment_likes_pkey PRIMARY KEY (comment_id, user_id),
    CONSTRAINT comment_likes_comment_id_fkey
        FOREIGN KEY (comment_id) REFERENCES public.comments (id) ON DELETE CASCADE,
    CONSTRAINT comment_likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.comment_likes IS 'Who likes which comment.';

CREATE INDEX IF NOT EXISTS idx_comment_likes_user_id ON public.comment_likes (user_id);

CREATE TABLE IF NOT EXISTS public.community_feed_items (
    id bigint GENERATED ALWAYS AS IDENTITY,
    user_id uuid NOT NULL,
    post_id uuid NOT NULL,
    relevance numeric(6, 3) NOT NULL DEFAULT 0,
    reason text,
    seen_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT community_feed_items_pkey PRIMARY KEY (id),
    CONSTRAINT community_feed_items_user_id_post_id_key UNIQUE (user_id, post_id),
    CONSTRAINT community_feed_items_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT community_feed_items_post_id_fkey
        FOREIGN KEY (post_id) REFERENCES public.posts (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.community_feed_items IS 'What the algorithm shows to whom; the back end fills it.';

CREATE INDEX IF NOT EXISTS idx_community_feed_items_unseen
    ON public.community_feed_items (user_id, relevance DESC) WHERE seen_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_community_feed_items_post_id ON public.community_feed_items (post_id);

-- Privileges

REVOKE ALL ON TABLE
    public.user_connections, public.posts, public.post_likes, public.comments, public.comment_likes,
    public.community_feed_items
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.user_connections, public.posts, public.post_likes, public.comments, public.comment_likes,
    public.community_feed_items
    TO service_role;
GRANT SELECT, INSERT, DELETE ON TABLE public.post_likes, public.comment_likes TO authenticated;
GRANT SELECT ON TABLE public.community_feed_items TO authenticated;
GRANT SELECT, DELETE, INSERT (requester_id, addressee_id, status), UPDATE (status, responded_at)
    ON TABLE public.user_connections TO authenticated;
GRANT SELECT ON TABLE public.posts TO anon;
GRANT SELECT, DELETE,
    INSERT (author_id, adventure_id, group_id, content, media_paths, visibility),
    UPDATE (content, media_paths, visibility)
    ON TABLE public.posts TO authenticated;
GRANT SELECT, DELETE, INSERT (post_id, author_id, parent_id, content), UPDATE (content)
    ON TABLE public.comments TO authenticated;

-- Row-level security

ALTER TABLE public.user_connections ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.posts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.post_likes ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.comment_likes ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.community_feed_items ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view own connections" ON public.user_connections;
CREATE POLICY "Users can view own connections" ON public.user_connections
    FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) IN (requester_id, addressee_id));

DROP POLICY IF EXISTS "Users can ask for connections" ON public.user_connections;
CREATE POLICY "Users can ask for connections" ON public.user_connections
    FOR INSERT TO authenticated
    WITH CHECK (requester_id = (SELECT auth.uid()) AND status = 'pending');

DROP POLICY IF EXISTS "Users can answer connections" ON public.user_connections;
CREATE POLICY "Users can answer connections" ON public.user_connections
    FOR UPDATE TO authenticated
    USING (addressee_id = (SELECT auth.uid()))
    WITH CHECK (addressee_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can end connections" ON public.user_connections;
CREATE POLICY "Users can end connections" ON public.user_connections
    FOR DELETE TO authenticated
    USING ((SELECT auth.uid()) IN (requester_id, addressee_id));

DROP POLICY IF EXISTS "Public posts are viewable by everyone" ON public.posts;
CREATE POLICY "Public posts are viewable by everyone" ON public.posts
    FOR SELECT
    USING (visibility = 'public' AND group_id IS NULL);

DROP POLICY IF EXISTS "Connections and groups can view posts" ON public.posts;
CREATE POLICY "Connections and groups can view posts" ON public.posts
    FOR SELECT TO authenticated
    USING (
        (group_id IS NOT NULL AND visibility <> 'private' AND public.is_group_member(group_id))
        OR (
            group_id IS NULL AND visibility = 'connections' AND EXISTS (
                SELECT 1 FROM public.user_connections AS known
                WHERE known.status = 'accepted'
                    AND (known.requester_id, known.addressee_id) IN (
                        (posts.author_id, (SELECT auth.uid())), ((SELECT auth.uid()), posts.author_id)
                    )
            )
        )
    );

DROP POLICY IF EXISTS "Users can manage own posts" ON public.posts;
CREATE POLICY "Users can manage own posts" ON public.posts
    FOR ALL TO authenticated
    USING (author_id = (SELECT auth.uid()))
    WITH CHECK (author_id = (SELECT auth.uid()) AND (group_id IS NULL OR public.is_group_member(group_id)));

DROP POLICY IF EXISTS "Likes are viewable with their post" ON public.post_likes;
CREATE POLICY "Likes are viewable with their post" ON public.post_likes
    FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM public.posts WHERE posts.id = post_id));

DROP POLICY IF EXISTS "Users can like posts" ON public.post_likes;
CREATE POLICY "Users can like posts" ON public.post_likes
    FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT auth.uid()) AND EXISTS (SELECT 1 FROM public.posts WHERE posts.id = post_id));

DROP POLICY IF EXISTS "Users can take back likes" ON public.post_likes;
CREATE POLICY "Users can take back likes" ON public.post_likes
    FOR DELETE TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Comments are viewable with their post" ON public.comments;
CREATE POLICY "Comments are viewable with their post" ON public.comments
    FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM public.posts WHERE posts.id = post_id));

DROP POLICY IF EXISTS "Users can comment on posts" ON public.comments;
CREATE POLICY "Users can comment on posts" ON public.comments
    FOR INSERT TO authenticated
    WITH CHECK (author_id = (SELECT auth.uid()) AND EXISTS (SELECT 1 FROM public.posts WHERE posts.id = post_id));

DROP POLICY IF EXISTS "Users can update own comments" ON public.comments;
CREATE POLICY "Users can update own comments" ON public.comments
    FOR UPDATE TO authenticated
    USING (author_id = (SELECT auth.uid()))
    WITH CHECK (author_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can delete own comments" ON public.comments;
CREATE POLICY "Users can delete own comments" ON public.comments
    FOR DELETE TO authenticated
    USING (author_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Likes are viewable with their comment" ON public.comment_likes;
CREATE POLICY "Likes are viewable with their comment" ON public.comment_likes
    FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM public.comments WHERE comments.id = comment_id));

DROP POLICY IF EXISTS "Users can like comments" ON public.comment_likes;
CREATE POLICY "Users can like comments" ON public.comment_likes
    FOR INSERT TO authenticated
    WITH CHECK (
        user_id = (SELECT auth.uid())
        AND EXISTS (SELECT 1 FROM public.comments WHERE comments.id = comment_id)
    );

DROP POLICY IF EXISTS "Users can take back likes of comments" ON public.comment_likes;
CREATE POLICY "Users can take back likes of comments" ON public.comment_likes
    FOR DELETE TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can view own feed" ON public.community_feed_items;
CREATE POLICY "Users can view own feed" ON public.community_feed_items
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));
