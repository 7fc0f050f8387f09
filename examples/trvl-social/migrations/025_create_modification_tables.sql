-- What is changed in the system itself, by whom, and why.

CREATE TABLE IF NOT EXISTS public.system_modifications (
    id bigint GENERATED ALWAYS AS IDENTITY,
    modified_by uuid,
    area text NOT NULL,
    description text NOT NULL,
    before jsonb,
    after jsonb,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT system_modifications_pkey PRIMARY KEY (id),
    CONSTRAINT system_modifications_modified_by_fkey
        FOREIGN KEY (modified_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);

COMMENT ON TABLE public.system_modifications IS
    'A change of the system: a setting, a feature, a correction of data. Rows are never deleted.';

CREATE INDEX IF NOT EXISTS idx_system_modifications_modified_by ON public.system_modifications (modified_by);

CREATE OR REPLACE FUNCTION public.refuse_deletion()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$function$;

COMMENT ON FUNCTION public.refuse_deletion() IS
    'Trigger function: rows are added, never deleted.';

CREATE OR REPLACE TRIGGER refuse_deletion
    BEFORE DELETE OR TRUNCATE ON public.system_modifications
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_deletion();

-- Privileges

REVOKE ALL ON TABLE
    public.system_modifications
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.system_modifications
    TO service_role;
GRANT SELECT, INSERT ON TABLE public.system_modifications TO authenticated;

-- Row-level security

ALTER TABLE public.system_modifications ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Admins can view modifications" ON public.system_modifications;
CREATE POLICY "Admins can view modifications" ON public.system_modifications
    FOR SELECT TO authenticated
    USING ((SELECT public.is_admin()));

DROP POLICY IF EXISTS "Admins can add modifications" ON public.system_modifications;
CREATE POLICY "Admins can add modifications" ON public.system_modifications
    FOR INSERT TO authenticated
    WITH CHECK (modified_by = (SELECT auth.uid()) AND (SELECT public.is_admin()));
