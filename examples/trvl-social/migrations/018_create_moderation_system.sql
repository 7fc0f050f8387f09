-- Reports of bad content, what was done about them, and rules that find it by themselves.

DO $$
BEGIN
    CREATE TYPE public.report_status AS ENUM ('open', 'reviewing', 'upheld', 'dismissed');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.report_status IS 'Where a report stands.';

CREATE TABLE IF NOT EXISTS public.content_reports (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    reporter_id uuid,
    content_type text NOT NULL,
    content_id uuid NOT NULL,
    reason text NOT NULL,
    details text,
    status public.report_status NOT NULL DEFAULT 'open',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_reports_pkey PRIMARY KEY (id),
    CONSTRAINT content_reports_reporter_id_fkey
        FOREIGN KEY (reporter_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT content_reports_content_type_check
        CHECK (content_type IN ('profile', 'post', 'comment', 'review', 'adventure', 'message'))
);

COMMENT ON TABLE public.content_reports IS 'Somebody says that something is not right.';

CREATE UNIQUE INDEX IF NOT EXISTS idx_content_reports_once
    ON public.content_reports (reporter_id, content_type, content_id) WHERE status IN ('open', 'reviewing');
CREATE INDEX IF NOT EXISTS idx_content_reports_content ON public.content_reports (content_type, content_id);
CREATE INDEX IF NOT EXISTS idx_content_reports_reporter_id ON public.content_reports (reporter_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.content_reports
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.moderation_actions (
    id bigint GENERATED ALWAYS AS IDENTITY,
    report_id uuid,
    moderator_id uuid,
    action text NOT NULL,
    reason text NOT NULL,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT moderation_actions_pkey PRIMARY KEY (id),
    CONSTRAINT moderation_actions_report_id_fkey
        FOREIGN KEY (report_id) REFERENCES public.content_reports (id) ON DELETE SET NULL,
    CONSTRAINT moderation_actions_moderator_id_fkey
        FOREIGN KEY (moderator_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT moderation_actions_action_check CHECK (action IN ('none', 'warn', 'hide', 'remove', 'suspend', 'ban'))
);

COMMENT ON TABLE public.moderation_actions IS 'What an administrator or a rule did: rows are added, never changed.';

CREATE INDEX IF NOT EXISTS idx_moderation_actions_report_id ON public.moderation_actions (report_id);
CREATE INDEX IF NOT EXISTS idx_moderation_actions_moderator_id ON public.moderation_actions (moderator_id);

CREATE TABLE IF NOT EXISTS public.automated_moderation_rules (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    content_type text NOT NULL,
    pattern text,
    threshold numeric(4, 3),
    action text NOT NULL DEFAULT 'hide',
    is_enabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT automated_moderation_rules_pkey PRIMARY KEY (id),
    CONSTRAINT automated_moderation_rules_name_key UNIQUE (name),
    CONSTRAINT automated_moderation_rules_finds_check CHECK (pattern IS NOT NULL OR threshold IS NOT NULL),
    CONSTRAINT automated_moderation_rules_threshold_check CHECK (threshold BETWEEN 0 AND 1),
    CONSTRAINT automated_moderation_rules_action_check CHECK (action IN ('warn', 'hide', 'remove'))
);

COMMENT ON TABLE public.automated_moderation_rules IS 'What is found without a report.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.automated_moderation_rules
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Privileges

REVOKE ALL ON TABLE
    public.content_reports, public.moderation_actions, public.automated_moderation_rules
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.content_reports, public.moderation_actions, public.automated_moderation_rules
    TO service_role;
GRANT SELECT, INSERT ON TABLE public.moderation_actions TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.automated_moderation_rules TO authenticated;
GRANT SELECT, DELETE, INSERT (reporter_id, content_type, content_id, reason, details), UPDATE (status)
    ON TABLE public.content_reports TO authenticated;

-- Row-level security

ALTER TABLE public.content_reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.moderation_actions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.automated_moderation_rules ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view own reports" ON public.content_reports;
CREATE POLICY "Users can view own reports" ON public.content_reports
    FOR SELECT TO authenticated
    USING (reporter_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can report content" ON public.content_reports;
CREATE POLICY "Users can report content" ON public.content_reports
    FOR INSERT TO authenticated
    WITH CHECK (reporter_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Admins can manage reports" ON public.content_reports;
CREATE POLICY "Admins can manage reports" ON public.content_reports
    FOR ALL TO authenticated
    USING ((SELECT public.is_admin()))
    WITH CHECK ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can view moderation actions" ON public.moderation_actions;
CREATE POLICY "Admins can view moderation actions" ON public.moderation_actions
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can add moderation actions" ON public.moderation_actions;
CREATE POLICY "Admins can add moderation actions" ON public.moderation_actions
    FOR INSERT TO authenticated
    WITH CHECK (moderator_id = (SELECT auth.uid()) AND (SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can manage moderation rules" ON public.automated_moderation_rules;
CREATE POLICY "Admins can manage moderation rules" ON public.automated_moderation_rules
    FOR ALL TO authenticated
    USING ((SELECT public.is_admin()))
    WITH CHECK ((SELECT public.is_admin()));
