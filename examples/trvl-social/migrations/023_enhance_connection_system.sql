-- Connections: how close they are, and whom somebody may know.

-- A constant default is kept in the catalog: no row is written.
ALTER TABLE public.user_connections ADD COLUMN IF NOT EXISTS is_favorite boolean NOT NULL DEFAULT false;
ALTER TABLE public.user_connections ADD COLUMN IF NOT EXISTS met_on text;

COMMENT ON COLUMN public.user_connections.is_favorite IS 'Whether the one who asked shows it first.';
COMMENT ON COLUMN public.user_connections.met_on IS 'Where they met: an adventure, a group, as people write it.';

CREATE TABLE IF NOT EXISTS public.connection_suggestions (
    id bigint GENERATED ALWAYS AS IDENTITY,
    user_id uuid NOT NULL,
    suggested_id uuid NOT NULL,
    score numeric(5, 2) NOT NULL,
    reason text NOT NULL,
    dismissed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT connection_suggestions_pkey PRIMARY KEY (id),
    CONSTRAINT connection_suggestions_user_id_suggested_id_key UNIQUE (user_id, suggested_id),
    CONSTRAINT connection_suggestions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT connection_suggestions_suggested_id_fkey
        FOREIGN KEY (suggested_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT connection_suggestions_not_self_check CHECK (user_id <> suggested_id),
    CONSTRAINT connection_suggestions_score_check CHECK (score BETWEEN 0 AND 100)
);

COMMENT ON TABLE public.connection_suggestions IS 'Whom somebody may know; the back end fills it.';

CREATE INDEX IF NOT EXISTS idx_connection_suggestions_suggested_id ON public.connection_suggestions (suggested_id);

CREATE OR REPLACE FUNCTION public.mutual_connections(user_a uuid, user_b uuid)
RETURNS bigint
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    WITH known AS (
        SELECT requester_id AS person, addressee_id AS other FROM public.user_connections WHERE status = 'accepted'
        UNION
        SELECT addressee_id, requester_id FROM public.user_connections WHERE status = 'accepted'
    )
    SELECT count(*) FROM known AS a JOIN known AS b ON b.other = a.other
    WHERE a.person = user_a AND b.person = user_b
$function$;

COMMENT ON FUNCTION public.mutual_connections(uuid, uuid) IS
    'How many people two persons both know.';

REVOKE ALL ON FUNCTION public.mutual_connections(uuid, uuid) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.mutual_connections(uuid, uuid) TO service_role;

-- Privileges

REVOKE ALL ON TABLE
    public.connection_suggestions
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.connection_suggestions
    TO service_role;
GRANT UPDATE (is_favorite, met_on) ON TABLE public.user_connections TO authenticated;
GRANT SELECT, UPDATE (dismissed_at) ON TABLE public.connection_suggestions TO authenticated;

-- Row-level security

ALTER TABLE public.connection_suggestions ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Users can view own suggestions" ON public.connection_suggestions;
CREATE POLICY "Users can view own suggestions" ON public.connection_suggestions
    FOR SELECT TO authenticated
    USING (user_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Users can dismiss own suggestions" ON public.connection_suggestions;
CREATE POLICY "Users can dismiss own suggestions" ON public.connection_suggestions
    FOR UPDATE TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));
