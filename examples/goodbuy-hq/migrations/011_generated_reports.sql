-- Phase 4: reports that were written, where their files are, and whose brand they carry.

CREATE TABLE IF NOT EXISTS public.generated_reports (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    user_id varchar NOT NULL,
    business_id varchar,
    portfolio_id varchar,
    report_type varchar NOT NULL,
    template_used varchar,
    branding_config jsonb,
    file_path varchar,
    file_size integer,
    generation_time_ms integer,
    created_at timestamptz DEFAULT now(),
    expires_at timestamptz,
    CONSTRAINT generated_reports_pkey PRIMARY KEY (id),
    CONSTRAINT generated_reports_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users (id),
    CONSTRAINT generated_reports_business_id_fkey FOREIGN KEY (business_id) REFERENCES public.businesses (id),
    CONSTRAINT generated_reports_portfolio_id_fkey FOREIGN KEY (portfolio_id) REFERENCES public.portfolios (id),
    CONSTRAINT generated_reports_file_size_check CHECK (file_size >= 0)
);

CREATE INDEX IF NOT EXISTS generated_reports_user_id_idx ON public.generated_reports (user_id, created_at DESC);
CREATE INDEX IF NOT EXISTS generated_reports_business_id_idx ON public.generated_reports (business_id);
CREATE INDEX IF NOT EXISTS generated_reports_portfolio_id_idx ON public.generated_reports (portfolio_id);
CREATE INDEX IF NOT EXISTS generated_reports_expires_at_idx
    ON public.generated_reports (expires_at) WHERE expires_at IS NOT NULL;

COMMENT ON TABLE public.generated_reports IS 'Reports on a business or a portfolio.';
COMMENT ON COLUMN public.generated_reports.file_path IS 'Where the file is in the store; NULL while it is written.';
COMMENT ON COLUMN public.generated_reports.file_size IS 'Bytes.';
COMMENT ON COLUMN public.generated_reports.branding_config IS 'Logo, colours and names in place of ours.';

ALTER TABLE public.generated_reports ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS generated_reports_own ON public.generated_reports;
CREATE POLICY generated_reports_own ON public.generated_reports
    USING (user_id = (SELECT current_setting('app.user_id', true)));
