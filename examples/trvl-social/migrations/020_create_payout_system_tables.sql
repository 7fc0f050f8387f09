-- When vendors get their money, and what they got.

DO $$
BEGIN
    CREATE TYPE public.payout_interval AS ENUM ('daily', 'weekly', 'biweekly', 'monthly');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.payout_interval IS 'How often a vendor is paid.';

DO $$
BEGIN
    CREATE TYPE public.payout_status AS ENUM ('scheduled', 'processing', 'paid', 'failed', 'cancelled');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.payout_status IS 'The life of a payout.';

CREATE TABLE IF NOT EXISTS public.payout_schedules (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    vendor_id uuid NOT NULL,
    payout_interval public.payout_interval NOT NULL DEFAULT 'weekly',
    minimum_cents bigint NOT NULL DEFAULT 5000,
    next_payout_on date,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payout_schedules_pkey PRIMARY KEY (id),
    CONSTRAINT payout_schedules_vendor_id_key UNIQUE (vendor_id),
    CONSTRAINT payout_schedules_vendor_id_fkey
        FOREIGN KEY (vendor_id) REFERENCES public.vendors (id) ON DELETE CASCADE,
    CONSTRAINT payout_schedules_minimum_cents_check CHECK (minimum_cents >= 0)
);

COMMENT ON TABLE public.payout_schedules IS 'How often a vendor is paid, and from which amount on.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.payout_schedules
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.payout_transactions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    vendor_id uuid NOT NULL,
    schedule_id uuid,
    amount_cents bigint NOT NULL,
    fee_cents bigint NOT NULL DEFAULT 0,
    currency text NOT NULL DEFAULT 'USD',
    status public.payout_status NOT NULL DEFAULT 'scheduled',
    stripe_reference text,
    paid_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payout_transactions_pkey PRIMARY KEY (id),
    CONSTRAINT payout_transactions_stripe_reference_key UNIQUE (stripe_reference),
    CONSTRAINT payout_transactions_vendor_id_fkey
        FOREIGN KEY (vendor_id) REFERENCES public.vendors (id) ON DELETE RESTRICT,
    CONSTRAINT payout_transactions_schedule_id_fkey
        FOREIGN KEY (schedule_id) REFERENCES public.payout_schedules (id) ON DELETE SET NULL,
    CONSTRAINT payout_transactions_amount_cents_check CHECK (amount_cents > 0),
    CONSTRAINT payout_transactions_fee_cents_check CHECK (fee_cents BETWEEN 0 AND amount_cents),
    CONSTRAINT payout_transactions_paid_at_check CHECK ((status = 'paid') = (paid_at IS NOT NULL))
);

COMMENT ON TABLE public.payout_transactions IS 'Money on its way to a vendor.';

CREATE INDEX IF NOT EXISTS idx_payout_transactions_vendor_id ON public.payout_transactions (vendor_id);
CREATE INDEX IF NOT EXISTS idx_payout_transactions_schedule_id ON public.payout_transactions (schedule_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.payout_transactions
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Privileges

REVOKE ALL ON TABLE
    public.payout_schedules, public.payout_transactions
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.payout_schedules, public.payout_transactions
    TO service_role;
GRANT SELECT ON TABLE public.payout_schedules, public.payout_transactions TO authenticated;

-- Row-level security

ALTER TABLE public.payout_schedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.payout_transactions ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Vendors can view own payout schedule" ON public.payout_schedules;
CREATE POLICY "Vendors can view own payout schedule" ON public.payout_schedules
    FOR SELECT TO authenticated
    USING (vendor_id IN (SELECT vendors.id FROM public.vendors WHERE vendors.user_id = (SELECT auth.uid())));

DROP POLICY IF EXISTS "Vendors can view own payouts" ON public.payout_transactions;
CREATE POLICY "Vendors can view own payouts" ON public.payout_transactions
    FOR SELECT TO authenticated
    USING (vendor_id IN (SELECT vendors.id FROM public.vendors WHERE vendors.user_id = (SELECT auth.uid())));
