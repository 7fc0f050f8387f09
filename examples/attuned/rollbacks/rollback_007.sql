-- Undoes 007_add_anonymous_management.sql: profiles stay, and keep their anonymous identity.

DROP FUNCTION IF EXISTS public.delete_old_anonymous_sessions();
DROP FUNCTION IF EXISTS public.touch_anonymous_session();
DROP TRIGGER IF EXISTS open_anonymous_session ON public.profiles;
DROP FUNCTION IF EXISTS public.open_anonymous_session();

DROP TABLE IF EXISTS public.anonymous_sessions;
DROP FUNCTION IF EXISTS public.check_anonymous_session();
