-- Money that is asked back: by a customer, or by their bank.

DO $$
BEGIN
    CREATE TYPE public.refund_status AS ENUM ('requested', 'approved', 'rejected', 'processed');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.refund_status IS 'Where a request for a refund stands.';

DO $$
BEGIN
    CREATE TYPE public.dispute_status AS ENUM ('open', 'evidence_submitted', 'won', 'lost', 'closed');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.dispute_status IS 'Where a dispute stands.';

CREATE TABLE IF NOT EXISTS public.refund_requests (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_payment_id uuid NOT NULL,
    requested_by uuid NOT NULL,
    amount_cents bigint NOT NULL,
    reason text NOT NULL,
    status public.refund_status NOT NULL DEFAULT 'requested',
    decided_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT refund_requests_pkey PRIMARY KEY (id),
    CONSTRAINT refund_requests_booking_payment_id_fkey
        FOREIGN KEY (booking_payment_id) REFERENCES public.booking_payments (id) ON DELETE RESTRICT,
    CONSTRAINT refund_requests_requested_by_fkey
        FOREIGN KEY (requested_by) REFERENCES public.profiles (id) ON DELETE RESTRICT,
    CONSTRAINT refund_requests_amount_cents_check CHECK (amount_cents > 0),
    CONSTRAINT refund_requests_decided_at_check CHECK ((status = 'requested') = (decided_at IS NULL))
);

COMMENT ON TABLE public.refund_requests IS 'A customer wants money back.';

CREATE UNIQUE INDEX IF NOT EXISTS idx_refund_requests_open
    ON public.refund_requests (booking_payment_id) WHERE status = 'requested';
CREATE INDEX IF NOT EXISTS idx_refund_requests_booking_payment_id ON public.refund_requests (booking_payment_id);
CREATE INDEX IF NOT EXISTS idx_refund_requests_requested_by ON public.refund_requests (requested_by);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.refund_requests
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.dispute_cases (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_payment_id uuid NOT NULL,
    refund_request_id uuid,
    stripe_reference text NOT NULL,
    status public.dispute_status NOT NULL DEFAULT 'open',
    amount_cents bigint NOT NULL,
    evidence_due_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT dispute_cases_pkey PRIMARY KEY (id),
    CONSTRAINT dispute_cases_stripe_reference_key UNIQUE (stripe_reference),
    CONSTRAINT dispute_cases_booking_payment_id_fkey
        FOREIGN KEY (booking_payment_id) REFERENCES public.booking_payments (id) ON DELETE RESTRICT,
    CONSTRAINT dispute_cases_refund_request_id_fkey
        FOREIGN KEY (refund_request_id) REFERENCES public.refund_requests (id) ON DELETE SET NULL,
    CONSTRAINT dispute_cases_amount_cents_check CHECK (amount_cents > 0)
);

COMMENT ON TABLE public.dispute_cases IS 'A bank wants money back.';

CREATE INDEX IF NOT EXISTS idx_dispute_cases_booking_payment_id ON public.dispute_cases (booking_payment_id);
CREATE INDEX IF NOT EXISTS idx_dispute_cases_refund_request_id ON public.dispute_cases (refund_request_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.dispute_cases
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Privileges

REVOKE ALL ON TABLE
    public.refund_requests, public.dispute_cases
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.refund_requests, public.dispute_cases
    TO service_role;
GRANT SELECT, INSERT ON TABLE public.refund_requests TO authenticated;
GRANT SELECT ON TABLE public.dispute_cases TO authenticated;

-- Row-level security

ALTER TABLE public.refund_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.dispute_cases ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view own refund requests" ON public.refund_requests;
CREATE POLICY "Users can view own refund requests" ON public.refund_requests
    FOR SELECT TO authenticated
    USING (requested_by = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can ask for refunds" ON public.refund_requests;
CREATE POLICY "Users can ask for refunds" ON public.refund_requests
    FOR INSERT TO authenticated
    WITH CHECK (
        requested_by = (SELECT auth.uid()) AND status = 'requested'
        AND EXISTS (
            SELECT 1 FROM public.booking_payments
            WHERE booking_payments.id = booking_payment_id AND booking_payments.payer_id = (SELECT auth.uid())
                AND booking_payments.status = 'succeeded'
                AND refund_requests.amount_cents <= booking_payments.amount_cents
        )
    );

DROP POLICY IF EXISTS "Admins can view refund requests" ON public.refund_requests;
CREATE POLICY "Admins can view refund requests" ON public.refund_requests
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can view disputes" ON public.dispute_cases;
CREATE POLICY "Admins can view disputes" ON public.dispute_cases
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));
