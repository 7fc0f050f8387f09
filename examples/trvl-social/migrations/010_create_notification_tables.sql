-- What people are told, and how they want to be told.

DO $$
BEGIN
    CREATE TYPE public.notification_channel AS ENUM ('in_app', 'email', 'sms', 'push', 'whatsapp');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.notification_channel IS 'How somebody is told something.';

CREATE TABLE IF NOT EXISTS public.notifications (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    channel public.notification_channel NOT NULL DEFAULT 'in_app',
    kind text NOT NULL,
    title text NOT NULL,
    body text NOT NULL DEFAULT '',
    data jsonb NOT NULL DEFAULT '{}',
    sent_at timestamptz,
    read_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT notifications_pkey PRIMARY KEY (id),
    CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.notifications IS 'Something that a person is told.';

CREATE INDEX IF NOT EXISTS idx_notifications_unread
    ON public.notifications (user_id, created_at DESC) WHERE read_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_notifications_user_id ON public.notifications (user_id, created_at DESC);

CREATE TABLE IF NOT EXISTS public.notification_settings (
    user_id uuid NOT NULL,
    kind text NOT NULL,
    channel public.notification_channel NOT NULL,
    is_enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT notification_settings_pkey PRIMARY KEY (user_id, kind, channel),
    CONSTRAINT notification_settings_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.notification_settings IS 'Which kinds of news a person wants, and how.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.notification_settings
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Privileges

REVOKE ALL ON TABLE
    public.notifications, public.notification_settings
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.notifications, public.notification_settings
    TO service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.notification_settings TO authenticated;
GRANT SELECT, UPDATE (read_at) ON TABLE public.notifications TO authenticated;

-- Row-level security

ALTER TABLE public.notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.notification_settings ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view own notifications" ON public.notifications;
CREATE POLICY "Users can view own notifications" ON public.notifications
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can mark own notifications" ON public.notifications;
CREATE POLICY "Users can mark own notifications" ON public.notifications
    FOR UPDATE TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can manage own notification settings" ON public.notification_settings;
CREATE POLICY "Users can manage own notification settings" ON public.notification_settings
    FOR ALL TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));
