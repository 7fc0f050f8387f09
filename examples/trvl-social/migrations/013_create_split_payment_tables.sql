-- How a group shares what a booking costs: the plan, until when, and who was reminded.

CREATE TABLE IF NOT EXISTS public.split_payment_plans (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_id uuid NOT NULL,
    organizer_id uuid NOT NULL,
    method text NOT NULL DEFAULT 'equal',
    total_cents bigint NOT NULL,
    deadline timestamptz NOT NULL,
    settled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT split_payment_plans_pkey PRIMARY KEY (id),
    CONSTRAINT split_payment_plans_booking_id_key UNIQUE (booking_id),
    CONSTRAINT split_payment_plans_booking_id_fkey
        FOREIGN KEY (booking_id) REFERENCES public.bookings (id) ON DELETE CASCADE,
    CONSTRAINT split_payment_plans_organizer_id_fkey
        FOREIGN KEY (organizer_id) REFERENCES public.profiles (id) ON DELETE RESTRICT,
    CONSTRAINT split_payment_plans_method_check CHECK (method IN ('equal', 'shares', 'amounts')),
    CONSTRAINT split_payment_plans_total_cents_check CHECK (total_cents > 0)
);

COMMENT ON TABLE public.split_payment_plans IS 'How the payment of a booking is split.';

CREATE INDEX IF NOT EXISTS idx_split_payment_plans_organizer_id ON public.split_payment_plans (organizer_id);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.split_payment_plans
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.split_payment_reminders (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    split_id uuid NOT NULL,
    due_at timestamptz NOT NULL,
    sent_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT split_payment_reminders_pkey PRIMARY KEY (id),
    CONSTRAINT split_payment_reminders_split_id_due_at_key UNIQUE (split_id, due_at),
    CONSTRAINT split_payment_reminders_split_id_fkey
        FOREIGN KEY (split_id) REFERENCES public.payment_splits (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.split_payment_reminders IS 'A reminder of a share that is not paid.';

CREATE INDEX IF NOT EXISTS idx_split_payment_reminders_due
    ON public.split_payment_reminders (due_at) WHERE sent_at IS NULL;

CREATE OR REPLACE FUNCTION public.split_amount(total_cents bigint, shares integer[])
RETURNS bigint[]
LANGUAGE sql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = ''
AS $function$
    WITH exact AS (
        SELECT position, total_cents::numeric * share / sum(share) OVER () AS amount
        FROM unnest(shares) WITH ORDINALITY AS given (share, position)
    ),
    ranked AS (
        SELECT position, floor(amount) AS cents, total_cents - sum(floor(amount)) OVER () AS rest,
            row_number() OVER (ORDER BY amount - floor(amount) DESC, position) AS place
        FROM exact
    )
    SELECT array_agg((cents + CASE WHEN place <= rest THEN 1 ELSE 0 END)::bigint ORDER BY position) FROM ranked
$function$;

COMMENT ON FUNCTION public.split_amount(bigint, integer[]) IS
    'Splits an amount by shares to the cent: what is left goes to those who lost most by rounding down.';

CREATE OR REPLACE FUNCTION public.schedule_split_reminders(plan uuid)
RETURNS bigint
LANGUAGE sql
SET search_path = ''
AS $function$
    WITH added AS (
        INSERT INTO public.split_payment_reminders (split_id, due_at)
        SELECT split.id, planned.deadline - before.days
        FROM public.split_payment_plans AS planned
        JOIN public.payment_splits AS split ON split.booking_id = planned.booking_id
        CROSS JOIN (VALUES (INTERVAL '7 days'), (INTERVAL '2 days'), (INTERVAL '1 day')) AS before (days)
        WHERE planned.id = plan AND split.paid_at IS NULL AND planned.deadline - before.days > now()
        ON CONFLICT (split_id, due_at) DO NOTHING
        RETURNING id
    )
    SELECT count(*) FROM added
$function$;

COMMENT ON FUNCTION public.schedule_split_reminders(uuid) IS
    'Plans reminders 7, 2 and 1 days before the deadline, for each share that is not paid; returns how many are new.';

REVOKE ALL ON FUNCTION public.schedule_split_reminders(uuid) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.schedule_split_reminders(uuid) TO service_role;

-- Privileges

REVOKE ALL ON TABLE
    public.split_payment_plans, public.split_payment_reminders
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.split_payment_plans, public.split_payment_reminders
    TO service_role;
GRANT SELECT ON TABLE public.split_payment_plans, public.split_payment_reminders TO authenticated;

-- Row-level security

ALTER TABLE public.split_payment_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.split_payment_reminders ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view plans of own splits" ON public.split_payment_plans;
CREATE POLICY "Users can view plans of own splits" ON public.split_payment_plans
    FOR SELECT TO authenticated
    USING (
        organizer_id = (SELECT auth.uid())
        OR EXISTS (
            SELECT 1 FROM public.payment_splits AS split
            WHERE split.booking_id = split_payment_plans.booking_id AND split.user_id = (SELECT auth.uid())
        )
    );

DROP POLICY IF EXISTS "Users can view own reminders" ON public.split_payment_reminders;
CREATE POLICY "Users can view own reminders" ON public.split_payment_reminders
    FOR SELECT TO authenticated
    USING (
        EXISTS (
            SELECT 1 FROM public.payment_splits AS split
            WHERE split.id = split_payment_reminders.split_id AND split.user_id = (SELECT auth.uid())
        )
    );
