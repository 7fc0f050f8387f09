-- What people look at and do, for those who run the platform.

CREATE TABLE IF NOT EXISTS public.engagement_metrics (
    id bigint GENERATED ALWAYS AS IDENTITY,
    metric text NOT NULL,
    measured_on date NOT NULL,
    dimension text NOT NULL DEFAULT '',
    value numeric NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT engagement_metrics_pkey PRIMARY KEY (id),
    CONSTRAINT engagement_metrics_metric_measured_on_dimension_key UNIQUE (metric, measured_on, dimension)
);

COMMENT ON TABLE public.engagement_metrics IS 'Figures of a day, by what they are about.';

CREATE TABLE IF NOT EXISTS public.user_activity_logs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    user_id uuid NOT NULL,
    activity text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    occurred_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_activity_logs_pkey PRIMARY KEY (id),
    CONSTRAINT user_activity_logs_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.user_activity_logs IS 'What a person did.';

CREATE INDEX IF NOT EXISTS idx_user_activity_logs_user_id ON public.user_activity_logs (user_id, occurred_at DESC);

CREATE TABLE IF NOT EXISTS public.content_views (
    id bigint GENERATED ALWAYS AS IDENTITY,
    viewer_id uuid,
    content_type text NOT NULL,
    content_id uuid NOT NULL,
    viewed_at timestamptz NOT NULL DEFAULT now(),
    seconds integer,
    CONSTRAINT content_views_pkey PRIMARY KEY (id),
    CONSTRAINT content_views_viewer_id_fkey
        FOREIGN KEY (viewer_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT content_views_content_type_check CHECK (content_type IN ('profile', 'post', 'adventure', 'group')),
    CONSTRAINT content_views_seconds_check CHECK (seconds >= 0)
);

COMMENT ON TABLE public.content_views IS 'Who saw what.';

CREATE INDEX IF NOT EXISTS idx_content_views_content ON public.content_views (content_type, content_id, viewed_at DESC);
CREATE INDEX IF NOT EXISTS idx_content_views_viewer_id ON public.content_views (viewer_id);

CREATE TABLE IF NOT EXISTS public.user_interactions (
    id bigint GENERATED ALWAYS AS IDENTITY,
    user_id uuid NOT NULL,
    target_id uuid NOT NULL,
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_interactions_pkey PRIMARY KEY (id),
    CONSTRAINT user_interactions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_interactions_target_id_fkey
        FOREIGN KEY (target_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_interactions_not_self_check CHECK (user_id <> target_id)
);

COMMENT ON TABLE public.user_interactions IS 'Who had to do with whom.';

CREATE INDEX IF NOT EXISTS idx_user_interactions_user_id ON public.user_interactions (user_id);
CREATE INDEX IF NOT EXISTS idx_user_interactions_target_id ON public.user_interactions (target_id);

-- Privileges

REVOKE ALL ON TABLE
    public.engagement_metrics, public.user_activity_logs, public.content_views, public.user_interactions
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.engagement_metrics, public.user_activity_logs, public.content_views, public.user_interactions
    TO service_role;
GRANT SELECT ON TABLE public.engagement_metrics, public.user_activity_logs, public.user_interactions TO authenticated;
GRANT SELECT, INSERT ON TABLE public.content_views TO authenticated;

-- Row-level security

ALTER TABLE public.engagement_metrics ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_activity_logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.content_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_interactions ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Admins can view engagement metrics" ON public.engagement_metrics;
CREATE POLICY "Admins can view engagement metrics" ON public.engagement_metrics
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Users can view own activity" ON public.user_activity_logs;
CREATE POLICY "Users can view own activity" ON public.user_activity_logs
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can add own views" ON public.content_views;
CREATE POLICY "Users can add own views" ON public.content_views
    FOR INSERT TO authenticated
    WITH CHECK (viewer_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can view own views" ON public.content_views;
CREATE POLICY "Users can view own views" ON public.content_views
    FOR SELECT TO authenticated
    USING (viewer_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can view own interactions" ON public.user_interactions;
CREATE POLICY "Users can view own interactions" ON public.user_interactions
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));
