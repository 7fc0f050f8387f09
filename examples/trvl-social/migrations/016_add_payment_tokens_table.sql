-- Cards that a person keeps for next time: the token of the payment provider, never a number.

CREATE TABLE IF NOT EXISTS public.payment_tokens (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    provider text NOT NULL DEFAULT 'stripe',
    token_reference text NOT NULL,
    brand text,
    last_four text,
    expires_on date,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT payment_tokens_provider_token_reference_key UNIQUE (provider, token_reference),
    CONSTRAINT payment_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT payment_tokens_token_reference_check CHECK (token_reference !~ '^[0-9 -]+$'),
    CONSTRAINT payment_tokens_last_four_check CHECK (last_four ~ '^[0-9]{4}$')
);

COMMENT ON TABLE public.payment_tokens IS 'A saved means of payment.';
COMMENT ON COLUMN public.payment_tokens.token_reference IS
    'The provider''s own key (pm_…): worthless to anybody else.';

CREATE UNIQUE INDEX IF NOT EXISTS idx_payment_tokens_default ON public.payment_tokens (user_id) WHERE is_default;
CREATE INDEX IF NOT EXISTS idx_payment_tokens_user_id ON public.payment_tokens (user_id);

-- Privileges

REVOKE ALL ON TABLE
    public.payment_tokens
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.payment_tokens
    TO service_role;
GRANT SELECT (id, user_id, brand, last_four, expires_on, is_default, created_at), DELETE
    ON TABLE public.payment_tokens TO authenticated;

-- Row-level security

ALTER TABLE public.payment_tokens ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view own payment tokens" ON public.payment_tokens;
CREATE POLICY "Users can view own payment tokens" ON public.payment_tokens
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can delete own payment tokens" ON public.payment_tokens;
CREATE POLICY "Users can delete own payment tokens" ON public.payment_tokens
    FOR DELETE TO authenticated
    USING (user_id = (SELECT auth.uid()));
