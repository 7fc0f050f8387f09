-- Bookings with who takes part and what is paid, their changes, and reviews.

DO $$
BEGIN
    CREATE TYPE public.booking_status AS ENUM (
        'draft', 'pending', 'confirmed', 'in_progress',
        'completed', 'cancelled', 'refunded', 'no_show'
    );
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.booking_status IS 'The life of a booking.';

DO $$
BEGIN
    CREATE TYPE public.payment_status AS ENUM (
        'pending', 'processing', 'succeeded',
        'failed', 'cancelled', 'refunded'
    );
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.payment_status IS 'The life of a payment.';

DO $$
BEGIN
    CREATE TYPE public.payment_method AS ENUM ('card', 'bank_transfer', 'apple_pay', 'google_pay', 'paypal');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.payment_method IS 'How something is paid.';

CREATE TABLE IF NOT EXISTS public.bookings (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    vendor_id uuid NOT NULL,
    adventure_id uuid NOT NULL,
    availability_id uuid,
    status public.booking_status NOT NULL DEFAULT 'draft',
    booking_date timestamptz NOT NULL,
    participant_count integer NOT NULL DEFAULT 1,
    total_cents bigint NOT NULL,
    currency text NOT NULL DEFAULT 'USD',
    expires_at timestamptz,
    cancelled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bookings_pkey PRIMARY KEY (id),
    CONSTRAINT bookings_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE RESTRICT,
    CONSTRAINT bookings_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES public.vendors (id) ON DELETE RESTRICT,
    CONSTRAINT bookings_adventure_id_fkey
        FOREIGN KEY (adventure_id) REFERENCES public.adventures (id) ON DELETE RESTRICT,
    CONSTRAINT bookings_availability_id_fkey
        FOREIGN KEY (availability_id) REFERENCES public.adventure_availability (id) ON DELETE SET NULL,
    CONSTRAINT bookings_participant_count_check CHECK (participant_count BETWEEN 1 AND 500),
    CONSTRAINT bookings_total_cents_check CHECK (total_cents >= 0),
    CONSTRAINT bookings_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT bookings_cancelled_at_check CHECK (cancelled_at IS NULL OR status IN ('cancelled', 'refunded'))
);

COMMENT ON TABLE public.bookings IS 'Somebody goes on an adventure, alone or with a group.';
COMMENT ON COLUMN public.bookings.expires_at IS 'Until when an unpaid booking holds its places.';

CREATE INDEX IF NOT EXISTS idx_bookings_booking_date ON public.bookings (booking_date);
CREATE INDEX IF NOT EXISTS idx_bookings_unpaid ON public.bookings (expires_at) WHERE status IN ('draft', 'pending');
CREATE INDEX IF NOT EXISTS idx_bookings_user_id ON public.bookings (user_id);
CREATE INDEX IF NOT EXISTS idx_bookings_vendor_id ON public.bookings (vendor_id);
CREATE INDEX IF NOT EXISTS idx_bookings_adventure_id ON public.bookings (adventure_id);
CREATE INDEX IF NOT EXISTS idx_bookings_availability_id ON public.bookings (availability_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.bookings
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.booking_payments (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_id uuid NOT NULL,
    payer_id uuid,
    amount_cents bigint NOT NULL,
    currency text NOT NULL DEFAULT 'USD',
    method public.payment_method NOT NULL DEFAULT 'card',
    status public.payment_status NOT NULL DEFAULT 'pending',
    stripe_payment_intent_reference text,
    paid_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT booking_payments_pkey PRIMARY KEY (id),
    CONSTRAINT booking_payments_stripe_payment_intent_reference_key UNIQUE (stripe_payment_intent_reference),
    CONSTRAINT booking_payments_booking_id_fkey
        FOREIGN KEY (booking_id) REFERENCES public.bookings (id) ON DELETE RESTRICT,
    CONSTRAINT booking_payments_payer_id_fkey
        FOREIGN KEY (payer_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT booking_payments_amount_cents_check CHECK (amount_cents > 0),
    CONSTRAINT booking_payments_paid_at_check CHECK ((status IN ('succeeded', 'refunded')) = (paid_at IS NOT NULL))
);

COMMENT ON TABLE public.booking_payments IS 'Money that was paid, or should be, for a booking.';

CREATE INDEX IF NOT EXISTS idx_booking_payments_booking_id ON public.booking_payments (booking_id);
CREATE INDEX IF NOT EXISTS idx_booking_payments_payer_id ON public.booking_payments (payer_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.booking_payments
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.booking_participants (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_id uuid NOT NULL,
    user_id uuid,
    full_name text NOT NULL,
    email text,
    is_primary boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT booking_participants_pkey PRIMARY KEY (id),
    CONSTRAINT booking_participants_booking_id_fkey
        FOREIGN KEY (booking_id) REFERENCES public.bookings (id) ON DELETE CASCADE,
    CONSTRAINT booking_participants_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE SET NULL
);

COMMENT ON TABLE public.booking_participants IS 'Who takes part; not everybody has an account.';

CREATE UNIQUE INDEX IF NOT EXISTS idx_booking_participants_primary
    ON public.booking_participants (booking_id) WHERE is_primary;
CREATE INDEX IF NOT EXISTS idx_booking_participants_booking_id ON public.booking_participants (booking_id);
CREATE INDEX IF NOT EXISTS idx_booking_participants_user_id ON public.booking_participants (user_id);

CREATE TABLE IF NOT EXISTS public.payment_splits (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_id uuid NOT NULL,
    user_id uuid NOT NULL,
    amount_cents bigint NOT NULL,
    status public.payment_status NOT NULL DEFAULT 'pending',
    paid_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_splits_pkey PRIMARY KEY (id),
    CONSTRAINT payment_splits_booking_id_user_id_key UNIQUE (booking_id, user_id),
    CONSTRAINT payment_splits_booking_id_fkey
        FOREIGN KEY (booking_id) REFERENCES public.bookings (id) ON DELETE CASCADE,
    CONSTRAINT payment_splits_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE RESTRICT,
    CONSTRAINT payment_splits_amount_cents_check CHECK (amount_cents >= 0)
);

COMMENT ON TABLE public.payment_splits IS 'What each person of a group owes for a booking.';

CREATE INDEX IF NOT EXISTS idx_payment_splits_user_id ON public.payment_splits (user_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.payment_splits
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.booking_modifications (
    id bigint GENERATED ALWAYS AS IDENTITY,
    booking_id uuid NOT NULL,
    changed_by uuid,
    change_type text NOT NULL,
    before jsonb NOT NULL DEFAULT '{}',
    after jsonb NOT NULL DEFAULT '{}',
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT booking_modifications_pkey PRIMARY KEY (id),
    CONSTRAINT booking_modifications_booking_id_fkey
        FOREIGN KEY (booking_id) REFERENCES public.bookings (id) ON DELETE CASCADE,
    CONSTRAINT booking_modifications_changed_by_fkey
        FOREIGN KEY (changed_by) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT booking_modifications_change_type_check
        CHECK (change_type IN ('date', 'participants', 'price', 'status', 'other'))
);

COMMENT ON TABLE public.booking_modifications IS 'Every change of a booking: rows are added, never changed.';

CREATE INDEX IF NOT EXISTS idx_booking_modifications_booking_id ON public.booking_modifications (booking_id);
CREATE INDEX IF NOT EXISTS idx_booking_modifications_changed_by ON public.booking_modifications (changed_by);

CREATE TABLE IF NOT EXISTS public.reviews (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_id uuid NOT NULL,
    user_id uuid NOT NULL,
    adventure_id uuid NOT NULL,
    rating integer NOT NULL,
    comment text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reviews_pkey PRIMARY KEY (id),
    CONSTRAINT reviews_booking_id_user_id_key UNIQUE (booking_id, user_id),
    CONSTRAINT reviews_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES public.bookings (id) ON DELETE CASCADE,
    CONSTRAINT reviews_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT reviews_adventure_id_fkey
        FOREIGN KEY (adventure_id) REFERENCES public.adventures (id) ON DELETE CASCADE,
    CONSTRAINT reviews_rating_check CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT reviews_comment_check CHECK (char_length(comment) <= 4000)
);

COMMENT ON TABLE public.reviews IS 'What somebody thought of an adventure that they went on.';

CREATE INDEX IF NOT EXISTS idx_reviews_user_id ON public.reviews (user_id);
CREATE INDEX IF NOT EXISTS idx_reviews_adventure_id ON public.reviews (adventure_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.reviews
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Privileges

REVOKE ALL ON TABLE
    public.bookings, public.booking_payments, public.booking_participants, public.payment_splits,
    public.booking_modifications, public.reviews
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.bookings, public.booking_payments, public.booking_participants, public.payment_splits,
    public.booking_modifications, public.reviews
    TO service_role;
GRANT SELECT ON TABLE public.booking_payments, public.payment_splits, public.booking_modifications TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.booking_participants TO authenticated;
GRANT SELECT,
    INSERT (user_id, vendor_id, adventure_id, availability_id, booking_date, participant_count, total_cents, currency)
    ON TABLE public.bookings TO authenticated;
GRANT SELECT ON TABLE public.reviews TO anon;
GRANT SELECT, INSERT, UPDATE (rating, comment) ON TABLE public.reviews TO authenticated;

-- Row-level security

ALTER TABLE public.bookings ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.booking_payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.booking_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.payment_splits ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.booking_modifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.reviews ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view own bookings" ON public.bookings;
CREATE POLICY "Users can view own bookings" ON public.bookings
    FOR SELECT TO authenticated
    USING (
        (SELECT auth.uid()) = user_id
        OR EXISTS (
            SELECT 1 FROM public.vendors
            WHERE vendors.id = bookings.vendor_id AND vendors.user_id = (SELECT auth.uid())
        )
    );

DROP POLICY IF EXISTS "Users can create own bookings" ON public.bookings;
CREATE POLICY "Users can create own bookings" ON public.bookings
    FOR INSERT TO authenticated
    WITH CHECK (
        user_id = (SELECT auth.uid())
        AND EXISTS (
            SELECT 1 FROM public.adventures
            WHERE adventures.id = bookings.adventure_id AND adventures.vendor_id = bookings.vendor_id
                AND adventures.is_active AND bookings.total_cents = adventures.price_cents * bookings.participant_count
        )
    );

DROP POLICY IF EXISTS "Users can view own payments" ON public.booking_payments;
CREATE POLICY "Users can view own payments" ON public.booking_payments
    FOR SELECT TO authenticated
    USING (
        payer_id = (SELECT auth.uid())
        OR booking_id IN (SELECT bookings.id FROM public.bookings WHERE bookings.user_id = (SELECT auth.uid()))
    );

DROP POLICY IF EXISTS "Users can manage own participants" ON public.booking_participants;
CREATE POLICY "Users can manage own participants" ON public.booking_participants
    FOR ALL TO authenticated
    USING (booking_id IN (SELECT bookings.id FROM public.bookings WHERE bookings.user_id = (SELECT auth.uid())))
    WITH CHECK (booking_id IN (SELECT bookings.id FROM public.bookings WHERE bookings.user_id = (SELECT auth.uid())));

DROP POLICY IF EXISTS "Users can view own splits" ON public.payment_splits;
CREATE POLICY "Users can view own splits" ON public.payment_splits
    FOR SELECT TO authenticated
    USING (
        user_id = (SELECT auth.uid())
        OR booking_id IN (SELECT bookings.id FROM public.bookings WHERE bookings.user_id = (SELECT auth.uid()))
    );

DROP POLICY IF EXISTS "Users can view own modifications" ON public.booking_modifications;
CREATE POLICY "Users can view own modifications" ON public.booking_modifications
    FOR SELECT TO authenticated
    USING (booking_id IN (SELECT bookings.id FROM public.bookings WHERE bookings.user_id = (SELECT auth.uid())));

DROP POLICY IF EXISTS "Reviews are viewable by everyone" ON public.reviews;
CREATE POLICY "Reviews are viewable by everyone" ON public.reviews
    FOR SELECT
    USING (true);

DROP POLICY IF EXISTS "Users can review what they booked" ON public.reviews;
CREATE POLICY "Users can review what they booked" ON public.reviews
    FOR INSERT TO authenticated
    WITH CHECK (
        user_id = (SELECT auth.uid())
        AND EXISTS (
            SELECT 1 FROM public.bookings
            WHERE bookings.id = reviews.booking_id AND bookings.adventure_id = reviews.adventure_id
                AND bookings.user_id = (SELECT auth.uid()) AND bookings.status = 'completed'
        )
    );

DROP POLICY IF EXISTS "Users can update own reviews" ON public.reviews;
CREATE POLICY "Users can update own reviews" ON public.reviews
    FOR UPDATE TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));
