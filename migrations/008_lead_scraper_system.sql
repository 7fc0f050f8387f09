-- Where future members are found, what was found there, and the letters written to them.
--
-- All of it is internal: clients have no access at all, administrators read, the back end writes.

DO $$
BEGIN
    CREATE TYPE public.scrape_method AS ENUM ('feed', 'html', 'api', 'manual');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.scrape_method IS 'How a source is read.';

DO $$
BEGIN
    CREATE TYPE public.lead_status AS ENUM (
        'new', 'qualified', 'contacted', 'engaged', 'converted', 'rejected', 'unsubscribed'
    );
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.lead_status IS 'How far a lead has come; the last three are final.';

DO $$
BEGIN
    CREATE TYPE public.enrollment_status AS ENUM ('active', 'paused', 'completed', 'stopped');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.enrollment_status IS 'Whether a lead still gets letters of a sequence.';

DO $$
BEGIN
    CREATE TYPE public.email_status AS ENUM (
        'queued', 'sent', 'delivered', 'opened', 'bounced', 'complained', 'failed'
    );
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.email_status IS 'What is known of one letter.';

DO $$
BEGIN
    CREATE TYPE public.response_kind AS ENUM ('reply', 'click', 'unsubscribe', 'complaint');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.response_kind IS 'How a lead reacted.';

-- Sources

CREATE TABLE IF NOT EXISTS public.lead_source_categories (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT lead_source_categories_pkey PRIMARY KEY (id),
    CONSTRAINT lead_source_categories_slug_key UNIQUE (slug),
    CONSTRAINT lead_source_categories_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);

COMMENT ON TABLE public.lead_source_categories IS 'Kinds of places in which future members are found.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.lead_source_categories
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.lead_sources (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    category_id uuid,
    slug text NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    method public.scrape_method NOT NULL,
    every interval NOT NULL DEFAULT '1 day',
    priority smallint NOT NULL DEFAULT 5,
    config jsonb NOT NULL DEFAULT '{}',
    is_enabled boolean NOT NULL DEFAULT false,
    terms_reviewed_on date,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT lead_sources_pkey PRIMARY KEY (id),
    CONSTRAINT lead_sources_slug_key UNIQUE (slug),
    CONSTRAINT lead_sources_url_key UNIQUE (url),
    CONSTRAINT lead_sources_category_id_fkey
        FOREIGN KEY (category_id) REFERENCES public.lead_source_categories (id) ON DELETE RESTRICT,
    CONSTRAINT lead_sources_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT lead_sources_url_check CHECK (url LIKE 'https://%'),
    CONSTRAINT lead_sources_every_check CHECK (every >= INTERVAL '15 minutes'),
    CONSTRAINT lead_sources_priority_check CHECK (priority BETWEEN 1 AND 9),
    CONSTRAINT lead_sources_config_check CHECK (jsonb_typeof(config) = 'object'),
    CONSTRAINT lead_sources_terms_reviewed_on_check CHECK (NOT is_enabled OR terms_reviewed_on IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS lead_sources_category_id_idx ON public.lead_sources (category_id);

COMMENT ON TABLE public.lead_sources IS 'Places that are read for leads, and how.';
COMMENT ON COLUMN public.lead_sources.category_id IS
    'NULL until somebody has sorted a source that the crawler suggested.';
COMMENT ON COLUMN public.lead_sources.every IS 'Shortest time between two runs.';
COMMENT ON COLUMN public.lead_sources.priority IS '1 is read first, 9 last.';
COMMENT ON COLUMN public.lead_sources.config IS
    'What the reader needs to know, such as selectors or a page size; never a secret.';
COMMENT ON COLUMN public.lead_sources.terms_reviewed_on IS
    'When a person last read the terms of the site. Without that a source cannot be enabled.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.lead_sources
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.scrape_runs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    source_id uuid NOT NULL,
    status public.job_status NOT NULL DEFAULT 'running',
    pages_read integer NOT NULL DEFAULT 0,
    leads_found integer NOT NULL DEFAULT 0,
    leads_new integer NOT NULL DEFAULT 0,
    error text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT scrape_runs_pkey PRIMARY KEY (id),
    CONSTRAINT scrape_runs_source_id_fkey
        FOREIGN KEY (source_id) REFERENCES public.lead_sources (id) ON DELETE CASCADE,
    CONSTRAINT scrape_runs_counts_check CHECK (pages_read >= 0 AND leads_new BETWEEN 0 AND leads_found),
    CONSTRAINT scrape_runs_finished_at_check
        CHECK ((status = 'running') = (finished_at IS NULL) AND finished_at >= started_at),
    CONSTRAINT scrape_runs_error_check CHECK (error IS NULL OR status = 'failed')
);

CREATE INDEX IF NOT EXISTS scrape_runs_source_id_idx
    ON public.scrape_runs (source_id, started_at DESC);
CREATE UNIQUE INDEX IF NOT EXISTS scrape_runs_one_running_idx
    ON public.scrape_runs (source_id) WHERE status = 'running';

COMMENT ON TABLE public.scrape_runs IS 'Log of the readings of a source; one at a time for each.';
COMMENT ON COLUMN public.scrape_runs.leads_new IS 'Leads found that were not known before.';

-- Leads

CREATE TABLE IF NOT EXISTS public.leads (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    source_id uuid NOT NULL,
    run_id bigint,
    external_ref text NOT NULL,
    status public.lead_status NOT NULL DEFAULT 'new',
    display_name text,
    email text,
    profile_url text,
    summary text,
    score smallint NOT NULL DEFAULT 0,
    lawful_basis text NOT NULL DEFAULT 'legitimate_interest',
    converted_profile_id uuid,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT leads_pkey PRIMARY KEY (id),
    CONSTRAINT leads_source_id_external_ref_key UNIQUE (source_id, external_ref),
    CONSTRAINT leads_source_id_fkey
        FOREIGN KEY (source_id) REFERENCES public.lead_sources (id) ON DELETE RESTRICT,
    CONSTRAINT leads_run_id_fkey
        FOREIGN KEY (run_id) REFERENCES public.scrape_runs (id) ON DELETE SET NULL,
    CONSTRAINT leads_converted_profile_id_fkey
        FOREIGN KEY (converted_profile_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT leads_email_check CHECK (email = lower(email) AND email LIKE '_%@_%'),
    CONSTRAINT leads_score_check CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT leads_lawful_basis_check CHECK (lawful_basis IN ('consent', 'legitimate_interest')),
    CONSTRAINT leads_converted_check CHECK (converted_profile_id IS NULL OR status = 'converted'),
    CONSTRAINT leads_seen_check CHECK (first_seen_at <= last_seen_at)
);

CREATE INDEX IF NOT EXISTS leads_run_id_idx ON public.leads (run_id);
CREATE INDEX IF NOT EXISTS leads_converted_profile_id_idx ON public.leads (converted_profile_id);
CREATE UNIQUE INDEX IF NOT EXISTS leads_email_idx ON public.leads (email) WHERE email IS NOT NULL;
CREATE INDEX IF NOT EXISTS leads_to_contact_idx ON public.leads (score DESC) WHERE status IN ('new', 'qualified');

COMMENT ON TABLE public.leads IS 'People who may like to join.';
COMMENT ON COLUMN public.leads.run_id IS
    'The run that found the lead; NULL if entered by hand or once the run is deleted.';
COMMENT ON COLUMN public.leads.external_ref IS 'The lead''s key in its source.';
COMMENT ON COLUMN public.leads.email IS 'In lower case.';
COMMENT ON COLUMN public.leads.score IS 'From 0 to 100: how likely it is that we can help.';
COMMENT ON COLUMN public.leads.lawful_basis IS 'Why the law lets us keep this row.';
COMMENT ON COLUMN public.leads.converted_profile_id IS 'The member that the lead became.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.leads
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.outreach_suppressions (
    email text NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT outreach_suppressions_pkey PRIMARY KEY (email),
    CONSTRAINT outreach_suppressions_email_check CHECK (email = lower(email)),
    CONSTRAINT outreach_suppressions_reason_check
        CHECK (reason IN ('unsubscribed', 'complained', 'bounced', 'erased', 'manual'))
);

COMMENT ON TABLE public.outreach_suppressions IS
    'Addresses that never get a letter again. Outlives the lead, so that a later run cannot bring it back.';

-- Sequences of letters

CREATE TABLE IF NOT EXISTS public.outreach_sequences (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    name text NOT NULL,
    goal text NOT NULL,
    is_active boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT outreach_sequences_pkey PRIMARY KEY (id),
    CONSTRAINT outreach_sequences_slug_key UNIQUE (slug),
    CONSTRAINT outreach_sequences_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);

COMMENT ON TABLE public.outreach_sequences IS 'Series of letters with one goal.';
COMMENT ON COLUMN public.outreach_sequences.goal IS 'What a lead should do in the end.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.outreach_sequences
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.sequence_emails (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    sequence_id uuid NOT NULL,
    ordinal smallint NOT NULL,
    delay interval NOT NULL DEFAULT '3 days',
    subject text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sequence_emails_pkey PRIMARY KEY (id),
    CONSTRAINT sequence_emails_sequence_id_ordinal_key UNIQUE (sequence_id, ordinal) DEFERRABLE,
    CONSTRAINT sequence_emails_sequence_id_fkey
        FOREIGN KEY (sequence_id) REFERENCES public.outreach_sequences (id) ON DELETE CASCADE,
    CONSTRAINT sequence_emails_ordinal_check CHECK (ordinal >= 1),
    CONSTRAINT sequence_emails_delay_check CHECK (delay >= INTERVAL '0'),
    CONSTRAINT sequence_emails_subject_check CHECK (char_length(subject) BETWEEN 1 AND 150)
);

COMMENT ON TABLE public.sequence_emails IS 'Templates of the letters of a sequence, in order.';
COMMENT ON COLUMN public.sequence_emails.delay IS 'Time since the letter before, or since enrollment for the first.';
COMMENT ON COLUMN public.sequence_emails.body IS 'Markdown, with {{ name }} placeholders.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.sequence_emails
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.sequence_enrollments (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    sequence_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    status public.enrollment_status NOT NULL DEFAULT 'active',
    next_ordinal smallint NOT NULL DEFAULT 1,
    next_send_at timestamptz,
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sequence_enrollments_pkey PRIMARY KEY (id),
    CONSTRAINT sequence_enrollments_sequence_id_lead_id_key UNIQUE (sequence_id, lead_id),
    CONSTRAINT sequence_enrollments_sequence_id_fkey
        FOREIGN KEY (sequence_id) REFERENCES public.outreach_sequences (id) ON DELETE RESTRICT,
    CONSTRAINT sequence_enrollments_lead_id_fkey
        FOREIGN KEY (lead_id) REFERENCES public.leads (id) ON DELETE CASCADE,
    CONSTRAINT sequence_enrollments_next_ordinal_check CHECK (next_ordinal >= 1),
    CONSTRAINT sequence_enrollments_next_send_at_check CHECK (status <> 'active' OR next_send_at IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS sequence_enrollments_lead_id_idx
    ON public.sequence_enrollments (lead_id);
CREATE INDEX IF NOT EXISTS sequence_enrollments_due_idx
    ON public.sequence_enrollments (next_send_at) WHERE status = 'active';

COMMENT ON TABLE public.sequence_enrollments IS 'Which lead gets which sequence, and how far it has come.';
COMMENT ON COLUMN public.sequence_enrollments.next_ordinal IS 'The letter that is sent next.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.sequence_enrollments
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.email_sends (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    lead_id uuid NOT NULL,
    enrollment_id uuid,
    sequence_email_id uuid,
    status public.email_status NOT NULL DEFAULT 'queued',
    subject text NOT NULL,
    provider_message_id text,
    queued_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT email_sends_pkey PRIMARY KEY (id),
    CONSTRAINT email_sends_provider_message_id_key UNIQUE (provider_message_id),
    CONSTRAINT email_sends_lead_id_fkey
        FOREIGN KEY (lead_id) REFERENCES public.leads (id) ON DELETE CASCADE,
    CONSTRAINT email_sends_enrollment_id_fkey
        FOREIGN KEY (enrollment_id) REFERENCES public.sequence_enrollments (id) ON DELETE SET NULL,
    CONSTRAINT email_sends_sequence_email_id_fkey
        FOREIGN KEY (sequence_email_id) REFERENCES public.sequence_emails (id) ON DELETE SET NULL,
    CONSTRAINT email_sends_sent_at_check CHECK (status IN ('queued', 'failed') OR sent_at IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS email_sends_lead_id_idx ON public.email_sends (lead_id, queued_at DESC);
CREATE INDEX IF NOT EXISTS email_sends_sequence_email_id_idx ON public.email_sends (sequence_email_id);
CREATE UNIQUE INDEX IF NOT EXISTS email_sends_once_idx ON public.email_sends (enrollment_id, sequence_email_id);

COMMENT ON TABLE public.email_sends IS
    'Letters sent or about to be. The same letter of a sequence goes to a lead once.';
COMMENT ON COLUMN public.email_sends.subject IS 'As sent: the template may change later.';
COMMENT ON COLUMN public.email_sends.provider_message_id IS
    'The mail provider''s key, known once the letter was handed over.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.email_sends
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.outreach_responses (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    lead_id uuid NOT NULL,
    email_send_id uuid,
    kind public.response_kind NOT NULL,
    body text,
    handled_at timestamptz,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT outreach_responses_pkey PRIMARY KEY (id),
    CONSTRAINT outreach_responses_lead_id_fkey
        FOREIGN KEY (lead_id) REFERENCES public.leads (id) ON DELETE CASCADE,
    CONSTRAINT outreach_responses_email_send_id_fkey
        FOREIGN KEY (email_send_id) REFERENCES public.email_sends (id) ON DELETE SET NULL
);

CREATE INDEX IF NOT EXISTS outreach_responses_lead_id_idx ON public.outreach_responses (lead_id);
CREATE INDEX IF NOT EXISTS outreach_responses_email_send_id_idx ON public.outreach_responses (email_send_id);
CREATE INDEX IF NOT EXISTS outreach_responses_open_idx
    ON public.outreach_responses (received_at) WHERE handled_at IS NULL;

COMMENT ON TABLE public.outreach_responses IS 'What came back from leads.';
COMMENT ON COLUMN public.outreach_responses.email_send_id IS 'The letter answered; NULL if it cannot be told.';
COMMENT ON COLUMN public.outreach_responses.handled_at IS 'When somebody dealt with it; NULL until then.';

CREATE OR REPLACE FUNCTION public.stop_outreach()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    UPDATE public.sequence_enrollments
    SET status = 'stopped'
    WHERE lead_id = NEW.lead_id AND status IN ('active', 'paused');

    IF NEW.kind IN ('unsubscribe', 'complaint') THEN
        INSERT INTO public.outreach_suppressions (email, reason)
        SELECT lead.email, CASE NEW.kind WHEN 'complaint' THEN 'complained' ELSE 'unsubscribed' END
        FROM public.leads AS lead
        WHERE lead.id = NEW.lead_id AND lead.email IS NOT NULL
        ON CONFLICT (email) DO NOTHING;

        UPDATE public.leads
        SET status = 'unsubscribed'
        WHERE id = NEW.lead_id AND status <> 'converted';
    END IF;

    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.stop_outreach() IS
    'Trigger function: whoever answers gets no more automatic letters; whoever unsubscribes or complains, none ever.';

CREATE OR REPLACE TRIGGER stop_outreach
    AFTER INSERT ON public.outreach_responses
    FOR EACH ROW WHEN (NEW.kind <> 'click')
    EXECUTE FUNCTION public.stop_outreach();

CREATE OR REPLACE VIEW public.lead_funnel
WITH (security_invoker = true)
AS
SELECT
    source.id AS source_id,
    source.slug AS source_slug,
    count(lead.id) AS leads,
    count(lead.id) FILTER (WHERE lead.status NOT IN ('new', 'rejected')) AS qualified,
    count(lead.id) FILTER (WHERE lead.status IN ('engaged', 'converted')) AS engaged,
    count(lead.id) FILTER (WHERE lead.status = 'converted') AS converted,
    max(lead.last_seen_at) AS last_seen_at
FROM public.lead_sources AS source
LEFT JOIN public.leads AS lead ON lead.source_id = source.id
GROUP BY source.id;

COMMENT ON VIEW public.lead_funnel IS 'How many leads of each source came how far.';

-- Privileges

REVOKE ALL ON TABLE
    public.lead_source_categories, public.lead_sources, public.scrape_runs, public.leads, public.outreach_suppressions,
    public.outreach_sequences, public.sequence_emails, public.sequence_enrollments, public.email_sends,
    public.outreach_responses, public.lead_funnel
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.lead_source_categories, public.lead_sources, public.scrape_runs, public.leads, public.outreach_suppressions,
    public.outreach_sequences, public.sequence_emails, public.sequence_enrollments, public.email_sends,
    public.outreach_responses, public.lead_funnel
    TO service_role;
GRANT SELECT ON TABLE
    public.lead_source_categories, public.lead_sources, public.scrape_runs, public.leads, public.outreach_suppressions,
    public.outreach_sequences, public.sequence_emails, public.sequence_enrollments, public.email_sends,
    public.outreach_responses, public.lead_funnel
    TO authenticated;

-- Row-level security

ALTER TABLE public.lead_source_categories ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.lead_sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.scrape_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.outreach_suppressions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.outreach_sequences ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sequence_emails ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.sequence_enrollments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.email_sends ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.outreach_responses ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS lead_source_categories_select_admin ON public.lead_source_categories;
CREATE POLICY lead_source_categories_select_admin ON public.lead_source_categories
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS lead_sources_select_admin ON public.lead_sources;
CREATE POLICY lead_sources_select_admin ON public.lead_sources
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS scrape_runs_select_admin ON public.scrape_runs;
CREATE POLICY scrape_runs_select_admin ON public.scrape_runs
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS leads_select_admin ON public.leads;
CREATE POLICY leads_select_admin ON public.leads
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS outreach_suppressions_select_admin ON public.outreach_suppressions;
CREATE POLICY outreach_suppressions_select_admin ON public.outreach_suppressions
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS outreach_sequences_select_admin ON public.outreach_sequences;
CREATE POLICY outreach_sequences_select_admin ON public.outreach_sequences
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS sequence_emails_select_admin ON public.sequence_emails;
CREATE POLICY sequence_emails_select_admin ON public.sequence_emails
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS sequence_enrollments_select_admin ON public.sequence_enrollments;
CREATE POLICY sequence_enrollments_select_admin ON public.sequence_enrollments
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS email_sends_select_admin ON public.email_sends;
CREATE POLICY email_sends_select_admin ON public.email_sends
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS outreach_responses_select_admin ON public.outreach_responses;
CREATE POLICY outreach_responses_select_admin ON public.outreach_responses
    FOR SELECT TO authenticated USING ((SELECT public.is_admin()));
