-- expect: nothing
-- project: {platform: supabase}
-- file: 001_notes.sql
CREATE TABLE IF NOT EXISTS public.notes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL CONSTRAINT notes_owner_fk REFERENCES auth.users (id) ON DELETE CASCADE,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS notes_owner_id ON public.notes (owner_id);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "owners read" ON public.notes;
CREATE POLICY "owners read" ON public.notes FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = owner_id);
DROP POLICY IF EXISTS "owners write" ON public.notes;
CREATE POLICY "owners write" ON public.notes FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = owner_id);
-- file: rollback_001.sql
DROP POLICY IF EXISTS "owners write" ON public.notes;
DROP POLICY IF EXISTS "owners read" ON public.notes;
DROP TABLE IF EXISTS public.notes;
