-- The platform as it is: users, their businesses, and how healthy these are. Prisma made it, so keys are varchar.

CREATE TABLE IF NOT EXISTS public.users (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    email varchar NOT NULL,
    name varchar,
    email_verified timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_key UNIQUE (email)
);

COMMENT ON TABLE public.users IS 'Accounts, as NextAuth keeps them.';

CREATE TABLE IF NOT EXISTS public.businesses (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    owner_id varchar NOT NULL,
    name varchar NOT NULL,
    industry varchar NOT NULL,
    annual_revenue decimal(14, 2),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT businesses_pkey PRIMARY KEY (id),
    CONSTRAINT businesses_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users (id) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS businesses_owner_id_idx ON public.businesses (owner_id);

COMMENT ON TABLE public.businesses IS 'Businesses that are offered, or watched.';

CREATE TABLE IF NOT EXISTS public.health_metrics (
    id varchar NOT NULL DEFAULT gen_random_uuid()::varchar,
    business_id varchar NOT NULL,
    score integer NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    measured_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT health_metrics_pkey PRIMARY KEY (id),
    CONSTRAINT health_metrics_business_id_fkey
        FOREIGN KEY (business_id) REFERENCES public.businesses (id) ON DELETE CASCADE,
    CONSTRAINT health_metrics_score_check CHECK (score BETWEEN 0 AND 100)
);

CREATE INDEX IF NOT EXISTS health_metrics_business_id_idx
    ON public.health_metrics (business_id, measured_at DESC);

COMMENT ON TABLE public.health_metrics IS 'Health scores of a business over time, from 0 to 100.';
