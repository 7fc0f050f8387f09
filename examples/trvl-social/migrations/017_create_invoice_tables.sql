-- Invoices with their lines.

DO $$
BEGIN
    CREATE TYPE public.invoice_status AS ENUM ('draft', 'open', 'paid', 'void');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.invoice_status IS 'The life of an invoice.';

CREATE TABLE IF NOT EXISTS public.invoices (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    booking_id uuid,
    invoice_number text NOT NULL,
    status public.invoice_status NOT NULL DEFAULT 'draft',
    currency text NOT NULL DEFAULT 'USD',
    issued_at timestamptz,
    due_at timestamptz,
    paid_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    CONSTRAINT invoices_invoice_number_key UNIQUE (invoice_number),
    CONSTRAINT invoices_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE RESTRICT,
    CONSTRAINT invoices_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES public.vendors (id) ON DELETE RESTRICT,
    CONSTRAINT invoices_booking_id_fkey
        FOREIGN KEY (booking_id) REFERENCES public.bookings (id) ON DELETE RESTRICT,
    CONSTRAINT invoices_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT invoices_paid_at_check CHECK ((status = 'paid') = (paid_at IS NOT NULL))
);

COMMENT ON TABLE public.invoices IS 'What somebody is asked to pay, with a number of its own.';

CREATE INDEX IF NOT EXISTS idx_invoices_user_id ON public.invoices (user_id);
CREATE INDEX IF NOT EXISTS idx_invoices_vendor_id ON public.invoices (vendor_id);
CREATE INDEX IF NOT EXISTS idx_invoices_booking_id ON public.invoices (booking_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.invoices
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.invoice_items (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    invoice_id uuid NOT NULL,
    ordinal integer NOT NULL,
    description text NOT NULL,
    quantity integer NOT NULL DEFAULT 1,
    unit_price_cents bigint NOT NULL,
    tax_rate numeric(5, 4) NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT invoice_items_pkey PRIMARY KEY (id),
    CONSTRAINT invoice_items_invoice_id_ordinal_key UNIQUE (invoice_id, ordinal),
    CONSTRAINT invoice_items_invoice_id_fkey
        FOREIGN KEY (invoice_id) REFERENCES public.invoices (id) ON DELETE CASCADE,
    CONSTRAINT invoice_items_quantity_check CHECK (quantity > 0),
    CONSTRAINT invoice_items_tax_rate_check CHECK (tax_rate >= 0 AND tax_rate < 1)
);

COMMENT ON TABLE public.invoice_items IS 'A line of an invoice.';

-- Privileges

REVOKE ALL ON TABLE
    public.invoices, public.invoice_items
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.invoices, public.invoice_items
    TO service_role;
GRANT SELECT ON TABLE public.invoices, public.invoice_items TO authenticated;

-- Row-level security

ALTER TABLE public.invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.invoice_items ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view own invoices" ON public.invoices;
CREATE POLICY "Users can view own invoices" ON public.invoices
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Vendors can view own invoices" ON public.invoices;
CREATE POLICY "Vendors can view own invoices" ON public.invoices
    FOR SELECT TO authenticated
    USING (vendor_id IN (SELECT vendors.id FROM public.vendors WHERE vendors.user_id = (SELECT auth.uid())));

DROP POLICY IF EXISTS "Items are viewable with their invoice" ON public.invoice_items;
CREATE POLICY "Items are viewable with their invoice" ON public.invoice_items
    FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM public.invoices WHERE invoices.id = invoice_id));
