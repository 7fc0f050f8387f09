-- expect: nothing
-- project: {platform: supabase}
-- file: 001_notes.sql
CREATE TABLE IF NOT EXISTS public.notes (id bigint PRIMARY KEY, owner_id uuid);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY "owners read" ON public.notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = owner_id);
REVOKE ALL ON public.notes FROM authenticated;
-- file: 002_grant.sql
GRANT SELECT ON public.notes TO authenticated;
-- file: rollback_002.sql
REVOKE SELECT ON public.notes FROM authenticated;
