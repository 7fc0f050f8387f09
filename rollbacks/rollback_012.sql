-- Undoes 012_admin_dashboard_system.sql: is_admin() goes back to the definition of 001, for policies need it.

CREATE OR REPLACE FUNCTION public.is_admin()
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = ''
AS $function$
    SELECT coalesce(auth.jwt() -> 'app_metadata' ->> 'role' = 'admin', false)
$function$;

COMMENT ON FUNCTION public.is_admin() IS
    'Whether the caller''s token names an administrator (app_metadata.role, which members cannot edit).';

DROP VIEW IF EXISTS public.admin_overview;
DROP FUNCTION IF EXISTS public.capture_daily_metrics(date);

DROP TABLE IF EXISTS public.daily_metrics;
DROP TABLE IF EXISTS public.moderation_cases;
DROP TABLE IF EXISTS public.admin_audit_log;
DROP TABLE IF EXISTS public.admin_users;
DROP FUNCTION IF EXISTS public.refuse_change();

DROP TYPE IF EXISTS public.case_status;
DROP TYPE IF EXISTS public.admin_role;
