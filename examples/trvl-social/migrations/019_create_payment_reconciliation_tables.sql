-- Whether our books and those of the payment provider say the same.

DO $$
BEGIN
    CREATE TYPE public.reconciliation_status AS ENUM ('pending', 'matched', 'mismatched', 'resolved');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.reconciliation_status IS 'What the comparison of a payment found.';

CREATE TABLE IF NOT EXISTS public.payment_reconciliations (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_payment_id uuid,
    provider_reference text NOT NULL,
    expected_cents bigint NOT NULL,
    actual_cents bigint,
    status public.reconciliation_status NOT NULL DEFAULT 'pending',
    difference_cents bigint GENERATED ALWAYS AS (actual_cents - expected_cents) STORED,
    note text,
    reconciled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_reconciliations_pkey PRIMARY KEY (id),
    CONSTRAINT payment_reconciliations_provider_reference_key UNIQUE (provider_reference),
    CONSTRAINT payment_reconciliations_booking_payment_id_fkey
        FOREIGN KEY (booking_payment_id) REFERENCES public.booking_payments (id) ON DELETE RESTRICT
);

COMMENT ON TABLE public.payment_reconciliations IS 'A payment beside what the provider says of it.';

CREATE INDEX IF NOT EXISTS idx_payment_reconciliations_open
    ON public.payment_reconciliations (created_at) WHERE status IN ('pending', 'mismatched');
CREATE INDEX IF NOT EXISTS idx_payment_reconciliations_booking_payment_id
    ON public.payment_reconciliations (booking_payment_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.payment_reconciliations
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Privileges

REVOKE ALL ON TABLE
    public.payment_reconciliations
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.payment_reconciliations
    TO service_role;
GRANT SELECT ON TABLE public.payment_reconciliations TO authenticated;

-- Row-level security

ALTER TABLE public.payment_reconciliations ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Admins can view reconciliations" ON public.payment_reconciliations;
CREATE POLICY "Admins can view reconciliations" ON public.payment_reconciliations
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));
