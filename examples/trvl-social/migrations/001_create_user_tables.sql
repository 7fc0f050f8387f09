-- Who there is: a profile for each account, and its settings; the functions that every later file uses.
--
-- Conventions of this schema:
--   * A person is a row of auth.users; public.profiles shares its key, so a user_id is also the value of auth.uid().
--   * Keys are uuid where clients see them and bigint identity in append-only logs. Money is in cents, times in UTC.
--   * Every table has row-level security. Privileges are stated in full, whatever the default privileges are:
--     first nothing for clients, then what each role needs. service_role is the back end and bypasses RLS.

CREATE OR REPLACE FUNCTION public.set_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.set_updated_at() IS
    'Trigger function: stamps updated_at.';

DO $$
BEGIN
    CREATE TYPE public.user_role AS ENUM ('traveler', 'vendor', 'admin');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.user_role IS 'What a person is to the platform.';

CREATE TABLE IF NOT EXISTS public.profiles (
    id uuid NOT NULL,
    username text,
    full_name text,
    bio text,
    avatar_path text,
    location text,
    coordinates point,
    role public.user_role NOT NULL DEFAULT 'traveler',
    is_verified boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT profiles_pkey PRIMARY KEY (id),
    CONSTRAINT profiles_username_key UNIQUE (username),
    CONSTRAINT profiles_id_fkey FOREIGN KEY (id) REFERENCES auth.users (id) ON DELETE CASCADE,
    CONSTRAINT profiles_username_check CHECK (username ~ '^[a-z0-9_]{3,30}$'),
    CONSTRAINT profiles_bio_check CHECK (char_length(bio) <= 2000),
    CONSTRAINT profiles_coordinates_check
        CHECK (coordinates[0] BETWEEN -180 AND 180 AND coordinates[1] BETWEEN -90 AND 90)
);

COMMENT ON TABLE public.profiles IS
    'A person: exactly one row for each account, made when the account is. Everybody can read it.';
COMMENT ON COLUMN public.profiles.avatar_path IS 'Path in the storage bucket avatars.';
COMMENT ON COLUMN public.profiles.location IS 'Town and country, as the person writes it.';
COMMENT ON COLUMN public.profiles.coordinates IS
    'Longitude and latitude of the town, never of an address: profiles are public.';
COMMENT ON COLUMN public.profiles.role IS 'Only the back end changes it.';

CREATE INDEX IF NOT EXISTS idx_profiles_username ON public.profiles (username text_pattern_ops);
CREATE INDEX IF NOT EXISTS idx_profiles_role ON public.profiles (role);
CREATE INDEX IF NOT EXISTS idx_profiles_location ON public.profiles USING gist (coordinates);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.profiles
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.user_preferences (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    language text NOT NULL DEFAULT 'en',
    currency text NOT NULL DEFAULT 'USD',
    time_zone text NOT NULL DEFAULT 'UTC',
    shows_location boolean NOT NULL DEFAULT true,
    accepts_marketing boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_preferences_pkey PRIMARY KEY (id),
    CONSTRAINT user_preferences_user_id_key UNIQUE (user_id),
    CONSTRAINT user_preferences_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_preferences_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);

COMMENT ON TABLE public.user_preferences IS 'Settings of a person, for nobody else to see.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.user_preferences
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE OR REPLACE FUNCTION public.is_admin()
RETURNS boolean
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = ''
AS $function$
    SELECT EXISTS (SELECT 1 FROM public.profiles WHERE id = (SELECT auth.uid()) AND role = 'admin')
$function$;

COMMENT ON FUNCTION public.is_admin() IS
    'Whether the caller is an administrator.';

REVOKE ALL ON FUNCTION public.is_admin() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.is_admin() TO anon, authenticated, service_role;

CREATE OR REPLACE FUNCTION public.handle_new_user()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    INSERT INTO public.profiles (id, full_name)
    VALUES (NEW.id, NEW.raw_user_meta_data ->> 'full_name')
    ON CONFLICT (id) DO NOTHING;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.handle_new_user() IS
    'Trigger function on auth.users: every new account gets a profile.';

REVOKE ALL ON FUNCTION public.handle_new_user() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE TRIGGER on_auth_user_created
    AFTER INSERT ON auth.users
    FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();

-- Privileges

REVOKE ALL ON TABLE
    public.profiles, public.user_preferences
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.profiles, public.user_preferences
    TO service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.user_preferences TO authenticated;
GRANT SELECT ON TABLE public.profiles TO anon, authenticated;
GRANT UPDATE (username, full_name, bio, avatar_path, location, coordinates) ON TABLE public.profiles TO authenticated;

-- Row-level security

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_preferences ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Public profiles are viewable by everyone" ON public.profiles;
CREATE POLICY "Public profiles are viewable by everyone" ON public.profiles
    FOR SELECT
    USING (true);

DROP POLICY IF EXISTS "Users can update own profile" ON public.profiles;
CREATE POLICY "Users can update own profile" ON public.profiles
    FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = id)
    WITH CHECK ((SELECT auth.uid()) = id);

DROP POLICY IF EXISTS "Users can manage own preferences" ON public.user_preferences;
CREATE POLICY "Users can manage own preferences" ON public.user_preferences
    FOR ALL TO authenticated
    USING (user_id = (SELECT auth.uid()))
    WITH CHECK (user_id = (SELECT auth.uid()));
