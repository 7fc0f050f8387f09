-- Members, what they look for, their photos and their dealbreakers; and the helpers that every later file uses.
--
-- Conventions of this schema:
--   * A person is a row of auth.users; public.profiles shares its key, so profile_id is also the value of auth.uid().
--   * Keys are uuid where clients see them and bigint identity in append-only logs. Catalogues also have a unique slug.
--   * Every table has row-level security. Privileges are stated in full, whatever the default privileges are:
--     first nothing for clients, then what each role needs. service_role is the back end and bypasses RLS.

-- Helpers

CREATE OR REPLACE FUNCTION public.set_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $function$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.set_updated_at() IS
    'Trigger function: stamps updated_at when an UPDATE really changes the row.';

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

REVOKE ALL ON FUNCTION public.is_admin() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.is_admin() TO anon, authenticated, service_role;

-- Types

DO $$
BEGIN
    CREATE TYPE public.profile_status AS ENUM ('onboarding', 'active', 'paused', 'closed');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.profile_status IS 'Where a member stands; only active members are matched.';

DO $$
BEGIN
    CREATE TYPE public.gender AS ENUM ('woman', 'man', 'nonbinary', 'another');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.gender IS 'Gender as the member states it.';

DO $$
BEGIN
    CREATE TYPE public.relationship_goal AS ENUM ('long_term', 'marriage', 'companionship', 'undecided');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.relationship_goal IS 'What a member hopes an introduction leads to.';

DO $$
BEGIN
    CREATE TYPE public.moderation_status AS ENUM ('pending', 'approved', 'rejected');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.moderation_status IS 'Outcome of reviewing something that a member uploaded or wrote.';

DO $$
BEGIN
    CREATE TYPE public.dealbreaker_severity AS ENUM ('prefer_not', 'strong', 'absolute');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$$;

COMMENT ON TYPE public.dealbreaker_severity IS
    'How much a dealbreaker weighs: absolute excludes a match, the others lower its score.';

-- Profiles

CREATE TABLE IF NOT EXISTS public.profiles (
    id uuid NOT NULL,
    display_name text,
    birth_date date,
    gender public.gender,
    bio text,
    city text,
    country_code text,
    latitude double precision,
    longitude double precision,
    time_zone text NOT NULL DEFAULT 'UTC',
    goal public.relationship_goal NOT NULL DEFAULT 'undecided',
    personality jsonb NOT NULL DEFAULT '{}',
    status public.profile_status NOT NULL DEFAULT 'onboarding',
    onboarded_at timestamptz,
    last_active_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT profiles_pkey PRIMARY KEY (id),
    CONSTRAINT profiles_id_fkey FOREIGN KEY (id) REFERENCES auth.users (id) ON DELETE CASCADE,
    CONSTRAINT profiles_display_name_check CHECK (char_length(display_name) BETWEEN 1 AND 60),
    CONSTRAINT profiles_adult_check CHECK (birth_date <= CURRENT_DATE - INTERVAL '18 years'),
    CONSTRAINT profiles_bio_check CHECK (char_length(bio) <= 2000),
    CONSTRAINT profiles_country_code_check CHECK (country_code ~ '^[A-Z]{2}$'),
    CONSTRAINT profiles_coordinates_check CHECK (
        (latitude IS NULL) = (longitude IS NULL)
        AND latitude BETWEEN -90 AND 90
        AND longitude BETWEEN -180 AND 180
    ),
    CONSTRAINT profiles_personality_check CHECK (
        jsonb_typeof(personality) = 'object'
        AND NOT jsonb_path_exists(personality, '$.* ? (@.type() != "number")')
    ),
    CONSTRAINT profiles_complete_check CHECK (
        status = 'onboarding'
        OR (display_name IS NOT NULL AND birth_date IS NOT NULL AND gender IS NOT NULL)
    )
);

CREATE INDEX IF NOT EXISTS profiles_active_idx
    ON public.profiles (country_code, gender, birth_date) WHERE status = 'active';

COMMENT ON TABLE public.profiles IS 'A member: exactly one row for each user, made when the account is.';
COMMENT ON COLUMN public.profiles.id IS 'The key of auth.users.';
COMMENT ON COLUMN public.profiles.latitude IS 'Degrees north of the member''s town, never of an address.';
COMMENT ON COLUMN public.profiles.longitude IS 'Degrees east of the member''s town, never of an address.';
COMMENT ON COLUMN public.profiles.time_zone IS 'IANA name; says when a member''s day begins.';
COMMENT ON COLUMN public.profiles.personality IS
    'Trait to score from 0 to 100, learnt from games and conversations; written by the back end.';
COMMENT ON COLUMN public.profiles.onboarded_at IS 'When the profile first became active.';
COMMENT ON CONSTRAINT profiles_adult_check ON public.profiles IS
    'Members are adults. The test only ever turns from false to true as time passes, so it is safe in a dump.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.profiles
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE OR REPLACE FUNCTION public.create_profile_for_user()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $function$
BEGIN
    INSERT INTO public.profiles (id, display_name)
    VALUES (NEW.id, nullif(left(trim(NEW.raw_user_meta_data ->> 'display_name'), 60), ''))
    ON CONFLICT (id) DO NOTHING;
    RETURN NEW;
END
$function$;

COMMENT ON FUNCTION public.create_profile_for_user() IS
    'Trigger function on auth.users: every new account starts with a profile in onboarding.';

REVOKE ALL ON FUNCTION public.create_profile_for_user() FROM PUBLIC, anon, authenticated;

CREATE OR REPLACE TRIGGER create_profile_for_user
    AFTER INSERT ON auth.users
    FOR EACH ROW EXECUTE FUNCTION public.create_profile_for_user();

-- What a member looks for

CREATE TABLE IF NOT EXISTS public.user_preferences (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    profile_id uuid NOT NULL,
    label text NOT NULL DEFAULT 'default',
    is_active boolean NOT NULL DEFAULT true,
    min_age smallint NOT NULL DEFAULT 18,
    max_age smallint NOT NULL DEFAULT 99,
    genders public.gender[] NOT NULL DEFAULT '{}',
    goals public.relationship_goal[] NOT NULL DEFAULT '{}',
    max_distance_km integer,
    wants_children boolean,
    accepts_smokers boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_preferences_pkey PRIMARY KEY (id),
    CONSTRAINT user_preferences_profile_id_label_key UNIQUE (profile_id, label),
    CONSTRAINT user_preferences_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_preferences_label_check CHECK (char_length(label) BETWEEN 1 AND 40),
    CONSTRAINT user_preferences_age_check CHECK (min_age >= 18 AND max_age BETWEEN min_age AND 120),
    CONSTRAINT user_preferences_max_distance_km_check CHECK (max_distance_km BETWEEN 1 AND 20000)
);

CREATE UNIQUE INDEX IF NOT EXISTS user_preferences_one_active_idx
    ON public.user_preferences (profile_id) WHERE is_active;

COMMENT ON TABLE public.user_preferences IS
    'What a member looks for. Several sets may be kept (at home, while travelling); at most one is active.';
COMMENT ON COLUMN public.user_preferences.genders IS 'Empty means any.';
COMMENT ON COLUMN public.user_preferences.goals IS 'Empty means any.';
COMMENT ON COLUMN public.user_preferences.max_distance_km IS 'NULL means anywhere.';
COMMENT ON COLUMN public.user_preferences.wants_children IS 'NULL means open to either.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.user_preferences
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Photos

CREATE TABLE IF NOT EXISTS public.user_images (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    profile_id uuid NOT NULL,
    storage_path text NOT NULL,
    ordinal smallint NOT NULL,
    caption text,
    width integer NOT NULL,
    height integer NOT NULL,
    moderation public.moderation_status NOT NULL DEFAULT 'pending',
    moderated_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_images_pkey PRIMARY KEY (id),
    CONSTRAINT user_images_storage_path_key UNIQUE (storage_path),
    CONSTRAINT user_images_profile_id_ordinal_key UNIQUE (profile_id, ordinal) DEFERRABLE,
    CONSTRAINT user_images_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_images_ordinal_check CHECK (ordinal BETWEEN 1 AND 9),
    CONSTRAINT user_images_caption_check CHECK (char_length(caption) <= 200),
    CONSTRAINT user_images_size_check CHECK (width > 0 AND height > 0),
    CONSTRAINT user_images_moderated_at_check CHECK ((moderation = 'pending') = (moderated_at IS NULL))
);

CREATE INDEX IF NOT EXISTS user_images_pending_idx
    ON public.user_images (created_at) WHERE moderation = 'pending';

COMMENT ON TABLE public.user_images IS 'Photos of a member. Number 1 is the portrait.';
COMMENT ON COLUMN public.user_images.storage_path IS 'Path of the object in the storage bucket for profile photos.';
COMMENT ON CONSTRAINT user_images_profile_id_ordinal_key ON public.user_images IS
    'Deferrable, so that photos can change places in one transaction.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.user_images
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Dealbreakers

CREATE TABLE IF NOT EXISTS public.dealbreakers (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    category text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT dealbreakers_pkey PRIMARY KEY (id),
    CONSTRAINT dealbreakers_slug_key UNIQUE (slug),
    CONSTRAINT dealbreakers_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT dealbreakers_category_check
        CHECK (category IN ('family', 'habits', 'values', 'lifestyle', 'location', 'communication'))
);

COMMENT ON TABLE public.dealbreakers IS 'Catalogue of the dealbreakers that a member can choose from.';
COMMENT ON COLUMN public.dealbreakers.is_active IS 'False withdraws it from the choice; answers that name it stay.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.dealbreakers
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TABLE IF NOT EXISTS public.user_dealbreakers (
    profile_id uuid NOT NULL,
    dealbreaker_id uuid NOT NULL,
    severity public.dealbreaker_severity NOT NULL DEFAULT 'strong',
    applies_to_self boolean NOT NULL DEFAULT false,
    note text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_dealbreakers_pkey PRIMARY KEY (profile_id, dealbreaker_id, applies_to_self),
    CONSTRAINT user_dealbreakers_profile_id_fkey
        FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT user_dealbreakers_dealbreaker_id_fkey
        FOREIGN KEY (dealbreaker_id) REFERENCES public.dealbreakers (id) ON DELETE RESTRICT,
    CONSTRAINT user_dealbreakers_note_check CHECK (char_length(note) <= 500)
);

CREATE INDEX IF NOT EXISTS user_dealbreakers_dealbreaker_id_idx
    ON public.user_dealbreakers (dealbreaker_id, applies_to_self);

COMMENT ON TABLE public.user_dealbreakers IS
    'A member''s stand on a dealbreaker: what they would not accept, or what is true of themselves.';
COMMENT ON COLUMN public.user_dealbreakers.applies_to_self IS
    'True: the member says this of themselves. False: the member would not accept it in a partner.';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.user_dealbreakers
    FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Privileges

REVOKE ALL ON TABLE
    public.profiles, public.user_preferences, public.user_images, public.dealbreakers, public.user_dealbreakers
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.profiles, public.user_preferences, public.user_images, public.dealbreakers, public.user_dealbreakers
    TO service_role;
GRANT SELECT ON TABLE public.dealbreakers TO anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.user_preferences, public.user_dealbreakers TO authenticated;
GRANT SELECT, UPDATE (display_name, birth_date, gender, bio, city, country_code, latitude, longitude, time_zone, goal)
    ON TABLE public.profiles TO authenticated;
GRANT SELECT, INSERT (profile_id, storage_path, ordinal, caption, width, height), UPDATE (ordinal, caption), DELETE
    ON TABLE public.user_images TO authenticated;

-- Row-level security

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_preferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_images ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.dealbreakers ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_dealbreakers ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS profiles_select_own ON public.profiles;
CREATE POLICY profiles_select_own ON public.profiles
    FOR SELECT TO authenticated
    USING (id = (SELECT auth.uid()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS profiles_update_own ON public.profiles;
CREATE POLICY profiles_update_own ON public.profiles
    FOR UPDATE TO authenticated
    USING (id = (SELECT auth.uid()))
    WITH CHECK (id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_preferences_own ON public.user_preferences;
CREATE POLICY user_preferences_own ON public.user_preferences
    FOR ALL TO authenticated
    USING (profile_id = (SELECT auth.uid()))
    WITH CHECK (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_images_select_own ON public.user_images;
CREATE POLICY user_images_select_own ON public.user_images
    FOR SELECT TO authenticated
    USING (profile_id = (SELECT auth.uid()) OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS user_images_insert_own ON public.user_images;
CREATE POLICY user_images_insert_own ON public.user_images
    FOR INSERT TO authenticated
    WITH CHECK (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_images_update_own ON public.user_images;
CREATE POLICY user_images_update_own ON public.user_images
    FOR UPDATE TO authenticated
    USING (profile_id = (SELECT auth.uid()))
    WITH CHECK (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS user_images_delete_own ON public.user_images;
CREATE POLICY user_images_delete_own ON public.user_images
    FOR DELETE TO authenticated
    USING (profile_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS dealbreakers_select ON public.dealbreakers;
CREATE POLICY dealbreakers_select ON public.dealbreakers
    FOR SELECT TO anon, authenticated
    USING (is_active OR (SELECT public.is_admin()));

DROP POLICY IF EXISTS user_dealbreakers_own ON public.user_dealbreakers;
CREATE POLICY user_dealbreakers_own ON public.user_dealbreakers
    FOR ALL TO authenticated
    USING (profile_id = (SELECT auth.uid()))
    WITH CHECK (profile_id = (SELECT auth.uid()));

-- Accounts that are older than this schema

INSERT INTO public.profiles (id, display_name)
SELECT account.id, nullif(left(trim(account.raw_user_meta_data ->> 'display_name'), 60), '')
FROM auth.users AS account
ON CONFLICT (id) DO NOTHING;
