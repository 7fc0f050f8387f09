-- Vendors with their papers, and the adventures that they offer.

DO $$
BEGIN
    CREATE TYPE public.vendor_status AS ENUM ('pending', 'active', 'suspended', 'inactive');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.vendor_status IS 'Where a vendor stands with the platform.';

DO $$
BEGIN
    CREATE TYPE public.adventure_category AS ENUM (
        'hiking', 'water_sports', 'cycling', 'climbing', 'wildlife',
        'culture', 'food', 'wellness', 'winter_sports', 'other'
    );
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.adventure_category IS 'What kind of adventure.';

DO $$
BEGIN
    CREATE TYPE public.difficulty_level AS ENUM ('easy', 'moderate', 'challenging', 'extreme');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.difficulty_level IS 'How hard an adventure is.';

CREATE TABLE IF NOT EXISTS public.vendors (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    business_name text NOT NULL,
    description text,
    contact_email text NOT NULL,
    status public.vendor_status NOT NULL DEFAULT 'pending',
    stripe_account_reference text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT vendors_pkey PRIMARY KEY (id),
    CONSTRAINT vendors_user_id_key UNIQUE (user_id),
    CONSTRAINT vendors_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT vendors_business_name_check CHECK (char_length(business_name) BETWEEN 2 AND 120),
    CONSTRAINT vendors_contact_email_check CHECK (contact_email LIKE '%_@_%'),
    CONSTRAINT vendors_stripe_account_reference_check CHECK (stripe_account_reference LIKE 'acct\_%')
);

COMMENT ON TABLE public.vendors IS 'A business that offers adventures, for its owner and administrators.';
COMMENT ON COLUMN public.vendors.stripe_account_reference IS 'The vendor in Stripe Connect: acct_…';

CREATE INDEX IF NOT EXISTS idx_vendors_status ON public.vendors (status);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.vendors
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.adventures (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    vendor_id uuid NOT NULL,
    title text NOT NULL,
    description text NOT NULL DEFAULT '',
    category public.adventure_category NOT NULL,
    difficulty public.difficulty_level NOT NULL DEFAULT 'easy',
    location text NOT NULL,
    coordinates point,
    duration_minutes integer NOT NULL,
    max_participants integer NOT NULL,
    price_cents bigint NOT NULL,
    currency text NOT NULL DEFAULT 'USD',
    rating numeric(3, 2) NOT NULL DEFAULT 0,
    review_count integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT adventures_pkey PRIMARY KEY (id),
    CONSTRAINT adventures_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES public.vendors (id) ON DELETE CASCADE,
    CONSTRAINT adventures_duration_check CHECK (duration_minutes > 0),
    CONSTRAINT adventures_max_participants_check CHECK (max_participants BETWEEN 1 AND 500),
    CONSTRAINT adventures_price_cents_check CHECK (price_cents >= 0),
    CONSTRAINT adventures_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT adventures_rating_check CHECK (rating BETWEEN 0 AND 5 AND review_count >= 0)
);

COMMENT ON TABLE public.adventures IS
    'Something to do, at a place, for a price. Everybody sees those that are active.';
COMMENT ON COLUMN public.adventures.coordinates IS 'Longitude and latitude of the meeting point.';
COMMENT ON COLUMN public.adventures.rating IS 'Mean of its reviews, 0 where there is none.';

CREATE INDEX IF NOT EXISTS idx_adventures_category ON public.adventures (category);
CREATE INDEX IF NOT EXISTS idx_adventures_location ON public.adventures USING gist (coordinates);
CREATE INDEX IF NOT EXISTS idx_adventures_rating ON public.adventures (rating DESC);
CREATE INDEX IF NOT EXISTS idx_adventures_vendor_id ON public.adventures (vendor_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.adventures
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.adventure_availability (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    adventure_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    capacity integer NOT NULL,
    booked integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT adventure_availability_pkey PRIMARY KEY (id),
    CONSTRAINT adventure_availability_adventure_id_starts_at_key UNIQUE (adventure_id, starts_at),
    CONSTRAINT adventure_availability_adventure_id_fkey
        FOREIGN KEY (adventure_id) REFERENCES public.adventures (id) ON DELETE CASCADE,
    CONSTRAINT adventure_availability_capacity_check CHECK (capacity > 0),
    CONSTRAINT adventure_availability_booked_check CHECK (booked BETWEEN 0 AND capacity)
);

COMMENT ON TABLE public.adventure_availability IS 'When an adventure takes place, and how many places are left.';

CREATE INDEX IF NOT EXISTS idx_adventure_availability_starts_at ON public.adventure_availability (starts_at);

CREATE TABLE IF NOT EXISTS public.adventure_media (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    adventure_id uuid NOT NULL,
    storage_path text NOT NULL,
    media_type text NOT NULL DEFAULT 'image',
    ordinal integer NOT NULL DEFAULT 1,
    caption text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT adventure_media_pkey PRIMARY KEY (id),
    CONSTRAINT adventure_media_storage_path_key UNIQUE (storage_path),
    CONSTRAINT adventure_media_adventure_id_fkey
        FOREIGN KEY (adventure_id) REFERENCES public.adventures (id) ON DELETE CASCADE,
    CONSTRAINT adventure_media_media_type_check CHECK (media_type IN ('image', 'video'))
);

COMMENT ON TABLE public.adventure_media IS 'Photos and videos of an adventure.';
COMMENT ON COLUMN public.adventure_media.storage_path IS 'Path in the storage bucket adventure-media.';

CREATE INDEX IF NOT EXISTS idx_adventure_media_adventure_id ON public.adventure_media (adventure_id);

CREATE TABLE IF NOT EXISTS public.vendor_certifications (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    vendor_id uuid NOT NULL,
    name text NOT NULL,
    issued_by text NOT NULL,
    document_path text,
    expires_on date,
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT vendor_certifications_pkey PRIMARY KEY (id),
    CONSTRAINT vendor_certifications_vendor_id_name_key UNIQUE (vendor_id, name),
    CONSTRAINT vendor_certifications_vendor_id_fkey
        FOREIGN KEY (vendor_id) REFERENCES public.vendors (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.vendor_certifications IS 'Certificates of a vendor: first aid, guide, diving instructor.';
COMMENT ON COLUMN public.vendor_certifications.document_path IS 'Path in the storage bucket vendor-documents.';

CREATE TABLE IF NOT EXISTS public.vendor_insurance (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    vendor_id uuid NOT NULL,
    provider text NOT NULL,
    policy_number text NOT NULL,
    coverage_cents bigint NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    document_path text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT vendor_insurance_pkey PRIMARY KEY (id),
    CONSTRAINT vendor_insurance_vendor_id_policy_number_key UNIQUE (vendor_id, policy_number),
    CONSTRAINT vendor_insurance_vendor_id_fkey
        FOREIGN KEY (vendor_id) REFERENCES public.vendors (id) ON DELETE CASCADE,
    CONSTRAINT vendor_insurance_coverage_cents_check CHECK (coverage_cents > 0),
    CONSTRAINT vendor_insurance_valid_check CHECK (valid_until > valid_from)
);

COMMENT ON TABLE public.vendor_insurance IS 'Insurance policies of a vendor, for administrators to look at.';
COMMENT ON COLUMN public.vendor_insurance.document_path IS 'Path in the storage bucket vendor-documents.';

-- Privileges

REVOKE ALL ON TABLE
    public.vendors, public.adventures, public.adventure_availability, public.adventure_media,
    public.vendor_certifications, public.vendor_insurance
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.vendors, public.adventures, public.adventure_availability, public.adventure_media,
    public.vendor_certifications, public.vendor_insurance
    TO service_role;
GRANT SELECT ON TABLE public.adventure_availability, public.adventure_media TO anon;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE
    public.adventure_availability, public.adventure_media, public.vendor_certifications, public.vendor_insurance
    TO authenticated;
GRANT SELECT, INSERT (user_id, business_name, description, contact_email),
    UPDATE (business_name, description, contact_email)
    ON TABLE public.vendors TO authenticated;
GRANT SELECT ON TABLE public.adventures TO anon;
GRANT SELECT, DELETE,
    INSERT (vendor_id, title, description, category, difficulty, location, coordinates, duration_minutes,
            max_participants, price_cents, currency, is_active),
    UPDATE (title, description, category, difficulty, location, coordinates, duration_minutes,
            max_participants, price_cents, currency, is_active)
    ON TABLE public.adventures TO authenticated;

-- Row-level security

ALTER TABLE public.vendors ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.adventures ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.adventure_availability ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.adventure_media ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.vendor_certifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.vendor_insurance ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view own business" ON public.vendors;
CREATE POLICY "Users can view own business" ON public.vendors
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can register a business" ON public.vendors;
CREATE POLICY "Users can register a business" ON public.vendors
    FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT auth.uid()) AND status = 'pending');

DROP POLICY IF EXISTS "Vendors can update own business" ON public.vendors;
CREATE POLICY "Vendors can update own business" ON public.vendors
    FOR UPDATE TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Admins can view businesses" ON public.vendors;
CREATE POLICY "Admins can view businesses" ON public.vendors
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Active adventures are viewable by everyone" ON public.adventures;
CREATE POLICY "Active adventures are viewable by everyone" ON public.adventures
    FOR SELECT
    USING (is_active);

DROP POLICY IF EXISTS "Vendors can manage own adventures" ON public.adventures;
CREATE POLICY "Vendors can manage own adventures" ON public.adventures
    FOR ALL TO authenticated
    USING (vendor_id IN (SELECT vendors.id FROM public.vendors WHERE vendors.user_id = (SELECT auth.uid())))
    WITH CHECK (vendor_id IN (SELECT vendors.id FROM public.vendors WHERE vendors.user_id = (SELECT auth.uid())));

DROP POLICY IF EXISTS "Availability is viewable by everyone" ON public.adventure_availability;
CREATE POLICY "Availability is viewable by everyone" ON public.adventure_availability
    FOR SELECT
    USING (EXISTS (SELECT 1 FROM public.adventures WHERE adventures.id = adventure_id AND adventures.is_active));

DROP POLICY IF EXISTS "Vendors can manage own availability" ON public.adventure_availability;
CREATE POLICY "Vendors can manage own availability" ON public.adventure_availability
    FOR ALL TO authenticated
    USING (
        adventure_id IN (
            SELECT adventures.id FROM public.adventures
            JOIN public.vendors ON vendors.id = adventures.vendor_id
            WHERE vendors.user_id = (SELECT auth.uid())
        )
    )
    WITH CHECK (
        adventure_id IN (
            SELECT adventures.id FROM public.adventures
            JOIN public.vendors ON vendors.id = adventures.vendor_id
            WHERE vendors.user_id = (SELECT auth.uid())
        )
    );

DROP POLICY IF EXISTS "Adventure media is viewable by everyone" ON public.adventure_media;
CREATE POLICY "Adventure media is viewable by everyone" ON public.adventure_media
    FOR SELECT
    USING (EXISTS (SELECT 1 FROM public.adventures WHERE adventures.id = adventure_id AND adventures.is_active));

DROP POLICY IF EXISTS "Vendors can manage own adventure media" ON public.adventure_media;
CREATE POLICY "Vendors can manage own adventure media" ON public.adventure_media
    FOR ALL TO authenticated
    USING (
        adventure_id IN (
            SELECT adventures.id FROM public.adventures
            JOIN public.vendors ON vendors.id = adventures.vendor_id
            WHERE vendors.user_id = (SELECT auth.uid())
        )
    )
    WITH CHECK (
        adventure_id IN (
            SELECT adventures.id FROM public.adventures
            JOIN public.vendors ON vendors.id = adventures.vendor_id
            WHERE vendors.user_id = (SELECT auth.uid())
        )
    );

DROP POLICY IF EXISTS "Vendors can view own certifications" ON public.vendor_certifications;
CREATE POLICY "Vendors can view own certifications" ON public.vendor_certifications
    FOR SELECT TO authenticated
    USING (vendor_id IN (SELECT vendors.id FROM public.vendors WHERE vendors.user_id = (SELECT auth.uid())));

DROP POLICY IF EXISTS "Admins can manage certifications" ON public.vendor_certifications;
CREATE POLICY "Admins can manage certifications" ON public.vendor_certifications
    FOR ALL TO authenticated
    USING ((SELECT public.is_admin()))
    WITH CHECK ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can manage insurance" ON public.vendor_insurance;
CREATE POLICY "Admins can manage insurance" ON public.vendor_insurance
    FOR ALL TO authenticated
    USING ((SELECT public.is_admin()))
    WITH CHECK ((SELECT public.is_admin()));
