-- Vendors, products, prices and payments as Stripe knows them; its webhooks are the only writer.

CREATE TABLE IF NOT EXISTS public.stripe_accounts (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    vendor_id uuid NOT NULL,
    stripe_reference text NOT NULL,
    charges_enabled boolean NOT NULL DEFAULT false,
    payouts_enabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stripe_accounts_pkey PRIMARY KEY (id),
    CONSTRAINT stripe_accounts_vendor_id_key UNIQUE (vendor_id),
    CONSTRAINT stripe_accounts_stripe_reference_key UNIQUE (stripe_reference),
    CONSTRAINT stripe_accounts_vendor_id_fkey
        FOREIGN KEY (vendor_id) REFERENCES public.vendors (id) ON DELETE RESTRICT,
    CONSTRAINT stripe_accounts_stripe_reference_check CHECK (stripe_reference LIKE 'acct\_%')
);

COMMENT ON TABLE public.stripe_accounts IS 'The Stripe account of a vendor.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.stripe_accounts
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.stripe_account_onboarding (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    stripe_account_id uuid NOT NULL,
    requirements_due text[] NOT NULL DEFAULT '{}',
    completed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stripe_account_onboarding_pkey PRIMARY KEY (id),
    CONSTRAINT stripe_account_onboarding_stripe_account_id_key UNIQUE (stripe_account_id),
    CONSTRAINT stripe_account_onboarding_stripe_account_id_fkey
        FOREIGN KEY (stripe_account_id) REFERENCES public.stripe_accounts (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.stripe_account_onboarding IS 'How far a vendor is with Stripe''s questions.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.stripe_account_onboarding
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.stripe_products (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    adventure_id uuid NOT NULL,
    stripe_reference text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stripe_products_pkey PRIMARY KEY (id),
    CONSTRAINT stripe_products_adventure_id_key UNIQUE (adventure_id),
    CONSTRAINT stripe_products_stripe_reference_key UNIQUE (stripe_reference),
    CONSTRAINT stripe_products_adventure_id_fkey
        FOREIGN KEY (adventure_id) REFERENCES public.adventures (id) ON DELETE RESTRICT
);

COMMENT ON TABLE public.stripe_products IS 'An adventure as a product.';

CREATE TABLE IF NOT EXISTS public.stripe_prices (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    product_id uuid NOT NULL,
    stripe_reference text NOT NULL,
    unit_amount_cents bigint NOT NULL,
    currency text NOT NULL DEFAULT 'USD',
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stripe_prices_pkey PRIMARY KEY (id),
    CONSTRAINT stripe_prices_stripe_reference_key UNIQUE (stripe_reference),
    CONSTRAINT stripe_prices_product_id_fkey
        FOREIGN KEY (product_id) REFERENCES public.stripe_products (id) ON DELETE RESTRICT,
    CONSTRAINT stripe_prices_unit_amount_cents_check CHECK (unit_amount_cents >= 0)
);

COMMENT ON TABLE public.stripe_prices IS 'A price of a product: never changed, only replaced.';

CREATE INDEX IF NOT EXISTS idx_stripe_prices_product_id ON public.stripe_prices (product_id);

CREATE TABLE IF NOT EXISTS public.stripe_payment_intents (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_payment_id uuid NOT NULL,
    stripe_reference text NOT NULL,
    status text NOT NULL,
    amount_cents bigint NOT NULL,
    application_fee_cents bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stripe_payment_intents_pkey PRIMARY KEY (id),
    CONSTRAINT stripe_payment_intents_stripe_reference_key UNIQUE (stripe_reference),
    CONSTRAINT stripe_payment_intents_booking_payment_id_fkey
        FOREIGN KEY (booking_payment_id) REFERENCES public.booking_payments (id) ON DELETE RESTRICT,
    CONSTRAINT stripe_payment_intents_amount_cents_check CHECK (amount_cents > 0),
    CONSTRAINT stripe_payment_intents_application_fee_cents_check
        CHECK (application_fee_cents BETWEEN 0 AND amount_cents)
);

COMMENT ON TABLE public.stripe_payment_intents IS 'A payment on its way through Stripe.';

CREATE INDEX IF NOT EXISTS idx_stripe_payment_intents_booking_payment_id
    ON public.stripe_payment_intents (booking_payment_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.stripe_payment_intents
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Privileges

REVOKE ALL ON TABLE
    public.stripe_accounts, public.stripe_account_onboarding, public.stripe_products, public.stripe_prices,
    public.stripe_payment_intents
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.stripe_accounts, public.stripe_account_onboarding, public.stripe_products, public.stripe_prices,
    public.stripe_payment_intents
    TO service_role;
GRANT SELECT ON TABLE
    public.stripe_accounts, public.stripe_account_onboarding, public.stripe_products, public.stripe_prices,
    public.stripe_payment_intents
    TO authenticated;

-- Row-level security

ALTER TABLE public.stripe_accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.stripe_account_onboarding ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.stripe_products ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.stripe_prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.stripe_payment_intents ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Vendors can view own Stripe account" ON public.stripe_accounts;
CREATE POLICY "Vendors can view own Stripe account" ON public.stripe_accounts
    FOR SELECT TO authenticated
    USING (vendor_id IN (SELECT vendors.id FROM public.vendors WHERE vendors.user_id = (SELECT auth.uid())));

DROP POLICY IF EXISTS "Vendors can view own onboarding" ON public.stripe_account_onboarding;
CREATE POLICY "Vendors can view own onboarding" ON public.stripe_account_onboarding
    FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM public.stripe_accounts WHERE stripe_accounts.id = stripe_account_id));

DROP POLICY IF EXISTS "Admins can view Stripe products" ON public.stripe_products;
CREATE POLICY "Admins can view Stripe products" ON public.stripe_products
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can view Stripe prices" ON public.stripe_prices;
CREATE POLICY "Admins can view Stripe prices" ON public.stripe_prices
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can view payment intents" ON public.stripe_payment_intents;
CREATE POLICY "Admins can view payment intents" ON public.stripe_payment_intents
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));
