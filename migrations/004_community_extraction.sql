-- The community: posts, comments, reactions; and what the extraction job learns from them.

DO $$
BEGIN
    CREATE TYPE public.post_kind AS ENUM ('story', 'question', 'advice', 'celebration');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.post_kind IS 'What a post is for.';

DO $$
BEGIN
    CREATE TYPE public.post_status AS ENUM ('draft', 'published', 'hidden');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.post_status IS
    'Who sees a post: its author, every member, or (hidden by a moderator) its author again.';

DO $$
BEGIN
    CREATE TYPE public.reaction_kind AS ENUM ('like', 'heart', 'insight', 'support');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.reaction_kind IS 'The reactions that a member can leave on a post.';

DO $$
BEGIN
    CREATE TYPE public.job_status AS ENUM ('running', 'succeeded', 'failed', 'cancelled');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.job_status IS 'State of one run of a background job.';

-- Posts

CREATE TABLE IF NOT EXISTS public.community_posts (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    author_id uuid NOT NULL,
    kind public.post_kind NOT NULL DEFAULT 'story',
    status public.post_status NOT NULL DEFAULT 'draft',
    title text NOT NULL,
    body text NOT NULL,
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT community_posts_pkey PRIMARY KEY (id),
    CONSTRAINT community_posts_author_id_fkey
        FOREIGN KEY (author_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT community_posts_title_check CHECK (char_length(title) BETWEEN 3 AND 140),
    CONSTRAINT community_posts_body_check CHECK (char_length(body) BETWEEN 1 AND 10000),
    CONSTRAINT community_posts_published_at_check CHECK (status <> 'published' OR published_at IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS community_posts_author_id_idx
    ON public.community_posts (author_id);
CREATE INDEX IF NOT EXISTS community_posts_published_idx
    ON public.community_posts (published_at DESC) WHERE status = 'published';

COMMENT ON TABLE public.community_posts IS 'What members write for each other.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.community_posts
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.post_comments (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    post_id uuid NOT NULL,
    author_id uuid NOT NULL,
    reply_to_id uuid,
    body text NOT NULL,
    is_hidden boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT post_comments_pkey PRIMARY KEY (id),
    CONSTRAINT post_comments_post_id_fkey
        FOREIGN KEY (post_id) REFERENCES public.community_posts (id) ON DELETE CASCADE,
    CONSTRAINT post_comments_author_id_fkey
        FOREIGN KEY (author_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT post_comments_reply_to_id_fkey
        FOREIGN KEY (reply_to_id) REFERENCES public.post_comments (id) ON DELETE SET NULL,
    CONSTRAINT post_comments_reply_to_id_check CHECK (reply_to_id <> id),
    CONSTRAINT post_comments_body_check CHECK (char_length(body) BETWEEN 1 AND 2000)
);

CREATE INDEX IF NOT EXISTS post_comments_post_id_idx ON public.post_comments (post_id, created_at);
CREATE INDEX IF NOT EXISTS post_comments_author_id_idx ON public.post_comments (author_id);
CREATE INDEX IF NOT EXISTS post_comments_reply_to_id_idx ON public.post_comments (reply_to_id);

COMMENT ON TABLE public.post_comments IS 'Comments on posts.';
COMMENT ON COLUMN public.post_comments.reply_to_id IS
    'The comment answered; NULL if it answers the post, or if that comment is gone.';
COMMENT ON COLUMN public.post_comments.is_hidden IS 'Set by a moderator: only the author still sees it.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.post_comments
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.post_reactions (
    post_id uuid NOT NULL,
    profile_id uuid NOT NULL,
    reaction public.reaction_kind NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT post_reactions_pkey PRIMARY KEY (post_id, profile_id, reaction),
    CONSTRAINT post_reactions_post_id_fkey
        FOREIGN KEY (post_id) REFERENCES public.community_posts (id) ON DELETE CASCADE,
    CONSTRAINT post_reactions_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS post_reactions_profile_id_idx ON public.post_reactions (profile_id);

COMMENT ON TABLE public.post_reactions IS 'Reactions to posts: each kind at most once by the same member.';

-- Extraction

CREATE TABLE IF NOT EXISTS public.community_extraction_runs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    status public.job_status NOT NULL DEFAULT 'running',
    model text NOT NULL,
    posts_read integer NOT NULL DEFAULT 0,
    read_up_to timestamptz,
    error text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT community_extraction_runs_pkey PRIMARY KEY (id),
    CONSTRAINT community_extraction_runs_posts_read_check CHECK (posts_read >= 0),
    CONSTRAINT community_extraction_runs_finished_at_check
        CHECK ((status = 'running') = (finished_at IS NULL) AND finished_at >= started_at),
    CONSTRAINT community_extraction_runs_error_check CHECK (error IS NULL OR status = 'failed')
);

CREATE UNIQUE INDEX IF NOT EXISTS community_extraction_runs_one_running_idx
    ON public.community_extraction_runs (status) WHERE status = 'running';

COMMENT ON TABLE public.community_extraction_runs IS 'Runs of the job that reads new posts; one at a time.';
COMMENT ON COLUMN public.community_extraction_runs.read_up_to IS
    'published_at of the last post read: where the next run begins.';

CREATE TABLE IF NOT EXISTS public.community_insights (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    run_id bigint NOT NULL,
    post_id uuid,
    theme text NOT NULL,
    summary text NOT NULL,
    sentiment real NOT NULL,
    confidence real NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT community_insights_pkey PRIMARY KEY (id),
    CONSTRAINT community_insights_run_id_fkey
        FOREIGN KEY (run_id) REFERENCES public.community_extraction_runs (id) ON DELETE CASCADE,
    CONSTRAINT community_insights_post_id_fkey
        FOREIGN KEY (post_id) REFERENCES public.community_posts (id) ON DELETE SET NULL,
    CONSTRAINT community_insights_sentiment_check CHECK (sentiment BETWEEN -1 AND 1),
    CONSTRAINT community_insights_confidence_check CHECK (confidence BETWEEN 0 AND 1)
);

CREATE INDEX IF NOT EXISTS community_insights_run_id_idx ON public.community_insights (run_id);
CREATE INDEX IF NOT EXISTS community_insights_post_id_idx ON public.community_insights (post_id);
CREATE INDEX IF NOT EXISTS community_insights_theme_idx ON public.community_insights (theme, created_at DESC);

COMMENT ON TABLE public.community_insights IS
    'What the community talks about, in the words of the extraction job and without names.';
COMMENT ON COLUMN public.community_insights.post_id IS 'The post it was learnt from; NULL once that is deleted.';
COMMENT ON COLUMN public.community_insights.sentiment IS 'From -1, bitter, to 1, glad.';

-- The feed

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

-- Privileges

REVOKE ALL ON TABLE
    public.community_posts, public.post_comments, public.post_reactions,
    public.community_extraction_runs, public.community_insights, public.content_feed
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.community_posts, public.post_comments, public.post_reactions,
    public.community_extraction_runs, public.community_insights, public.content_feed
    TO service_role;
GRANT SELECT,
    INSERT (author_id, kind, status, title, body, published_at),
    UPDATE (kind, status, title, body, published_at),
    DELETE
    ON TABLE public.community_posts TO authenticated;
GRANT SELECT, INSERT (post_id, author_id, reply_to_id, body), UPDATE (body), DELETE
    ON TABLE public.post_comments TO authenticated;
GRANT SELECT, INSERT, DELETE ON TABLE public.post_reactions TO authenticated;
GRANT SELECT ON TABLE public.community_extraction_runs, public.community_insights, public.content_feed
    TO authenticated;

-- Row-level security

ALTER TABLE public.community_posts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.post_comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.post_reactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.community_extraction_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.community_insights ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS community_posts_select ON public.community_posts;
CREATE POLICY community_posts_select ON public.community_posts
    FOR SELECT TO authenticated
    USING (status = 'published' OR author_id = (SELECT auth.uid()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS community_posts_insert_own ON public.community_posts;
CREATE POLICY community_posts_insert_own ON public.community_posts
    FOR INSERT TO authenticated
    WITH CHECK (author_id = (SELECT auth.uid()) AND status <> 'hidden');

DROP POLICY IF EXISTS community_posts_update ON public.community_posts;
CREATE POLICY community_posts_update ON public.community_posts
    FOR UPDATE TO authenticated
    USING ((author_id = (SELECT auth.uid()) AND status <> 'hidden') OR (SELECT public.is_admin()))
    WITH CHECK ((author_id = (SELECT auth.uid()) AND status <> 'hidden') OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS community_posts_delete_own ON public.community_posts;
CREATE POLICY community_posts_delete_own ON public.community_posts
    FOR DELETE TO authenticated
    USING (author_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS post_comments_select ON public.post_comments;
CREATE POLICY post_comments_select ON public.post_comments
    FOR SELECT TO authenticated
    USING (
        author_id = (SELECT auth.uid())
        OR (SELECT public.is_admin())
        OR (
            NOT is_hidden
            AND EXISTS (SELECT 1 FROM public.community_posts AS post WHERE post.id = post_comments.post_id)
        )
    );

DROP POLICY IF EXISTS post_comments_insert_own ON public.post_comments;
CREATE POLICY post_comments_insert_own ON public.post_comments
    FOR INSERT TO authenticated
    WITH CHECK (
        author_id = (SELECT auth.uid())
        AND EXISTS (
            SELECT 1
            FROM public.community_posts AS post
            WHERE post.id = post_comments.post_id AND post.status = 'published'
        )
    );

DROP POLICY IF EXISTS post_comments_update_own ON public.post_comments;
CREATE POLICY post_comments_update_own ON public.post_comments
    FOR UPDATE TO authenticated
    USING (author_id = (SELECT auth.uid()))
    WITH CHECK (author_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS post_comments_delete_own ON public.post_comments;
CREATE POLICY post_comments_delete_own ON public.post_comments
    FOR DELETE TO authenticated
    USING (author_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS post_reactions_select ON public.post_reactions;
CREATE POLICY post_reactions_select ON public.post_reactions
    FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM public.community_posts AS post WHERE post.id = post_reactions.post_id));

DROP POLICY IF EXISTS post_reactions_insert_own ON public.post_reactions;
CREATE POLICY post_reactions_insert_own ON public.post_reactions
    FOR INSERT TO authenticated
    WITH CHECK (
        profile_id = (SELECT auth.uid())
        AND EXISTS (
            SELECT 1
            FROM public.community_posts AS post
            WHERE post.id = post_reactions.post_id AND post.status = 'published'
        )
    );

DROP POLICY IF EXISTS post_reactions_delete_own ON public.post_reactions;
CREATE POLICY post_reactions_delete_own ON public.post_reactions
    FOR DELETE TO authenticated
    USING (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS community_extraction_runs_select_admin ON public.community_extraction_runs;
CREATE POLICY community_extraction_runs_select_admin ON public.community_extraction_runs
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS community_insights_select_admin ON public.community_insights;
CREATE POLICY community_insights_select_admin ON public.community_insights
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));
