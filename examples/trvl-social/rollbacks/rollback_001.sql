-- Undoes 001_create_user_tables.sql.

DROP TRIGGER IF EXISTS on_auth_user_created ON auth.users;

DROP TABLE IF EXISTS public.user_preferences;
DROP TABLE IF EXISTS public.profiles;

DROP FUNCTION IF EXISTS public.handle_new_user();
DROP FUNCTION IF EXISTS public.is_admin();
DROP FUNCTION IF EXISTS public.set_updated_at();

DROP TYPE IF EXISTS public.user_role;
