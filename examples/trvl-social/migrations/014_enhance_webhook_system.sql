-- Webhooks of all senders in one place: which events there are, what came, and what went wrong.

CREATE TABLE IF NOT EXISTS public.webhook_events (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    source text NOT NULL,
    event_type text NOT NULL,
    handler text NOT NULL,
    is_enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_events_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_events_source_event_type_key UNIQUE (source, event_type),
    CONSTRAINT webhook_events_source_check CHECK (source IN ('stripe', 'whatsapp', 'supabase', 'other'))
);

COMMENT ON TABLE public.webhook_events IS 'The events that we know, and what is done with them.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.webhook_events
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.webhook_logs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid,
    source text NOT NULL,
    external_reference text NOT NULL,
    payload jsonb NOT NULL,
    signature_valid boolean NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz,
    CONSTRAINT webhook_logs_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_logs_source_external_reference_key UNIQUE (source, external_reference),
    CONSTRAINT webhook_logs_event_id_fkey
        FOREIGN KEY (event_id) REFERENCES public.webhook_events (id) ON DELETE SET NULL
);

COMMENT ON TABLE public.webhook_logs IS
    'What came, as it came; the sender''s own key keeps it from being handled twice.';

CREATE INDEX IF NOT EXISTS idx_webhook_logs_unprocessed ON public.webhook_logs (received_at) WHERE processed_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_webhook_logs_event_id ON public.webhook_logs (event_id);

CREATE TABLE IF NOT EXISTS public.webhook_failures (
    id bigint GENERATED ALWAYS AS IDENTITY,
    log_id bigint NOT NULL,
    attempt integer NOT NULL,
    error text NOT NULL,
    retry_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_failures_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_failures_log_id_attempt_key UNIQUE (log_id, attempt),
    CONSTRAINT webhook_failures_log_id_fkey
        FOREIGN KEY (log_id) REFERENCES public.webhook_logs (id) ON DELETE CASCADE,
    CONSTRAINT webhook_failures_attempt_check CHECK (attempt > 0)
);

COMMENT ON TABLE public.webhook_failures IS 'An attempt that failed, and when to try again.';

CREATE INDEX IF NOT EXISTS idx_webhook_failures_retry_at
    ON public.webhook_failures (retry_at) WHERE retry_at IS NOT NULL;

INSERT INTO public.webhook_events (source, event_type, handler)
VALUES
    ('stripe', 'payment_intent.succeeded', 'record_payment'),
    ('stripe', 'payment_intent.payment_failed', 'record_failed_payment'),
    ('stripe', 'account.updated', 'update_stripe_account'),
    ('stripe', 'charge.dispute.created', 'open_dispute'),
    ('whatsapp', 'messages', 'store_message')
ON CONFLICT (source, event_type) DO NOTHING;

-- Privileges

REVOKE ALL ON TABLE
    public.webhook_events, public.webhook_logs, public.webhook_failures
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.webhook_events, public.webhook_logs, public.webhook_failures
    TO service_role;
GRANT SELECT ON TABLE public.webhook_events, public.webhook_logs, public.webhook_failures TO authenticated;

-- Row-level security

ALTER TABLE public.webhook_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webhook_logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webhook_failures ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Admins can view webhook events" ON public.webhook_events;
CREATE POLICY "Admins can view webhook events" ON public.webhook_events
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can view webhook logs" ON public.webhook_logs;
CREATE POLICY "Admins can view webhook logs" ON public.webhook_logs
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can view webhook failures" ON public.webhook_failures;
CREATE POLICY "Admins can view webhook failures" ON public.webhook_failures
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));
