-- What a hosted Supabase project provides, as far as migrations speak of it: for servers of our own, never for a given
-- database. Run it in one transaction (psql -1). It may be run again, and by two processes at once. PostgreSQL 14 to 18.
-- Public facts: https://supabase.com/docs/guides/database, /guides/auth, /guides/storage, /guides/realtime.

SET LOCAL client_min_messages = error;  -- "already exists, skipping", and CREATE PUBLICATION's hint about wal_level
SET LOCAL search_path = pg_catalog;

-- Roles ---------------------------------------------------------------------------------------------------------------
-- They belong to the whole cluster: whoever else makes roles waits here until we commit, and then finds ours.

LOCK TABLE pg_authid, pg_auth_members IN SHARE ROW EXCLUSIVE MODE;

DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT name, attributes
        FROM (VALUES
            ('anon', 'NOLOGIN NOINHERIT'),
            ('authenticated', 'NOLOGIN NOINHERIT'),
            ('service_role', 'NOLOGIN NOINHERIT BYPASSRLS'),
            ('authenticator', 'LOGIN NOINHERIT'),
            ('supabase_admin', 'NOLOGIN CREATEDB CREATEROLE REPLICATION BYPASSRLS'),
            ('supabase_auth_admin', 'NOLOGIN NOINHERIT CREATEROLE'),
            ('supabase_storage_admin', 'NOLOGIN NOINHERIT CREATEROLE')
        ) AS roles (name, attributes)
        WHERE to_regrole(name) IS NULL
    LOOP
        EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.attributes);
        EXECUTE format('COMMENT ON ROLE %I IS %L', wanted.name, 'Stand-in by Surefoot for the role of a Supabase project');
    END LOOP;
END
$$;

GRANT anon, authenticated, service_role TO authenticator, postgres;
GRANT anon, authenticated, service_role TO supabase_storage_admin;

-- Schemas -------------------------------------------------------------------------------------------------------------

CREATE SCHEMA IF NOT EXISTS auth AUTHORIZATION supabase_auth_admin;
CREATE SCHEMA IF NOT EXISTS storage AUTHORIZATION supabase_storage_admin;
CREATE SCHEMA IF NOT EXISTS realtime AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS graphql_public AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS extensions;

COMMENT ON SCHEMA auth IS 'Stand-in by Surefoot for Supabase Auth: users, identities, sessions, and who is asking';
COMMENT ON SCHEMA storage IS 'Stand-in by Surefoot for Supabase Storage: buckets, objects, and the parts of their names';
COMMENT ON SCHEMA realtime IS 'Stand-in by Surefoot for Supabase Realtime: messages';
COMMENT ON SCHEMA graphql_public IS 'Stand-in by Surefoot for the schema of Supabase GraphQL: empty';
COMMENT ON SCHEMA extensions IS 'Stand-in by Surefoot for the schema in which Supabase keeps extensions';

GRANT USAGE ON SCHEMA public, auth, storage, realtime, graphql_public, extensions
    TO anon, authenticated, service_role, postgres;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role, postgres;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role, postgres;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON ROUTINES TO anon, authenticated, service_role, postgres;

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path TO "$user", public, extensions', current_database());
END
$$;

-- Extensions that every project has -----------------------------------------------------------------------------------

DO $$
DECLARE
    extension text;
BEGIN
    FOR extension IN
        SELECT name FROM pg_available_extensions WHERE name IN ('pgcrypto', 'uuid-ossp') AND installed_version IS NULL
    LOOP
        EXECUTE format('CREATE EXTENSION %I WITH SCHEMA extensions', extension);
    END LOOP;
END
$$;

-- Auth ----------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS auth.users (
    instance_id uuid,
    id uuid PRIMARY KEY,
    aud varchar(255),
    role varchar(255),
    email varchar(255),
    encrypted_password varchar(255),
    email_confirmed_at timestamptz,
    invited_at timestamptz,
    confirmation_token varchar(255),
    confirmation_sent_at timestamptz,
    recovery_token varchar(255),
    recovery_sent_at timestamptz,
    email_change_token_new varchar(255),
    email_change varchar(255),
    email_change_sent_at timestamptz,
    last_sign_in_at timestamptz,
    raw_app_meta_data jsonb,
    raw_user_meta_data jsonb,
    is_super_admin boolean,
    created_at timestamptz,
    updated_at timestamptz,
    phone text UNIQUE DEFAULT NULL,
    phone_confirmed_at timestamptz,
    phone_change text DEFAULT '',
    phone_change_token varchar(255) DEFAULT '',
    phone_change_sent_at timestamptz,
    confirmed_at timestamptz GENERATED ALWAYS AS (LEAST(email_confirmed_at, phone_confirmed_at)) STORED,
    email_change_token_current varchar(255) DEFAULT '',
    email_change_confirm_status smallint DEFAULT 0 CHECK (email_change_confirm_status BETWEEN 0 AND 2),
    banned_until timestamptz,
    reauthentication_token varchar(255) DEFAULT '',
    reauthentication_sent_at timestamptz,
    is_sso_user boolean NOT NULL DEFAULT false,
    deleted_at timestamptz,
    is_anonymous boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX IF NOT EXISTS users_email_partial_key ON auth.users (email) WHERE NOT is_sso_user;
CREATE INDEX IF NOT EXISTS users_instance_id_idx ON auth.users (instance_id);

CREATE TABLE IF NOT EXISTS auth.identities (
    provider_id text NOT NULL,
    user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
    identity_data jsonb NOT NULL,
    provider text NOT NULL,
    last_sign_in_at timestamptz,
    created_at timestamptz,
    updated_at timestamptz,
    email text GENERATED ALWAYS AS (lower(identity_data ->> 'email')) STORED,
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    UNIQUE (provider_id, provider)
);
CREATE INDEX IF NOT EXISTS identities_user_id_idx ON auth.identities (user_id);

CREATE TABLE IF NOT EXISTS auth.sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
    created_at timestamptz,
    updated_at timestamptz,
    not_after timestamptz,
    user_agent text,
    ip inet
);
CREATE INDEX IF NOT EXISTS sessions_user_id_idx ON auth.sessions (user_id);

ALTER TABLE auth.users OWNER TO supabase_auth_admin;
ALTER TABLE auth.identities OWNER TO supabase_auth_admin;
ALTER TABLE auth.sessions OWNER TO supabase_auth_admin;
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.identities ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.sessions ENABLE ROW LEVEL SECURITY;
GRANT ALL ON ALL TABLES IN SCHEMA auth TO postgres;
COMMENT ON TABLE auth.users IS 'Stand-in by Surefoot: who can sign in to the project';
COMMENT ON TABLE auth.identities IS 'Stand-in by Surefoot: with which provider a user signs in';
COMMENT ON TABLE auth.sessions IS 'Stand-in by Surefoot: who is signed in';

-- PostgREST tells who asks in request.jwt.claims, all claims as one JSON object; its older versions had a setting for each.

CREATE OR REPLACE FUNCTION auth.jwt() RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
$$;

CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
    )::uuid
$$;

CREATE OR REPLACE FUNCTION auth.role() RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(
        nullif(current_setting('request.jwt.claim.role', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
    )
$$;

CREATE OR REPLACE FUNCTION auth.email() RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(
        nullif(current_setting('request.jwt.claim.email', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
    )
$$;

ALTER FUNCTION auth.jwt() OWNER TO supabase_auth_admin;
ALTER FUNCTION auth.uid() OWNER TO supabase_auth_admin;
ALTER FUNCTION auth.role() OWNER TO supabase_auth_admin;
ALTER FUNCTION auth.email() OWNER TO supabase_auth_admin;
COMMENT ON FUNCTION auth.jwt() IS 'Stand-in by Surefoot: all claims of whoever asks';
COMMENT ON FUNCTION auth.uid() IS 'Stand-in by Surefoot: the user who asks';
COMMENT ON FUNCTION auth.role() IS 'Stand-in by Surefoot: the role of whoever asks; prefer TO in the policy';
COMMENT ON FUNCTION auth.email() IS 'Stand-in by Surefoot: the address of whoever asks; prefer auth.jwt() ->> ''email''';

-- Storage -------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS storage.buckets (
    id text PRIMARY KEY,
    name text NOT NULL,
    owner uuid,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    public boolean DEFAULT false,
    avif_autodetection boolean DEFAULT false,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text
);
CREATE UNIQUE INDEX IF NOT EXISTS bname ON storage.buckets (name);

CREATE TABLE IF NOT EXISTS storage.objects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bucket_id text CONSTRAINT "objects_bucketId_fkey" REFERENCES storage.buckets,
    name text,
    owner uuid,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    last_accessed_at timestamptz DEFAULT now(),
    metadata jsonb,
    path_tokens text[] GENERATED ALWAYS AS (string_to_array(name, '/')) STORED,
    version text,
    owner_id text,
    user_metadata jsonb
);
CREATE UNIQUE INDEX IF NOT EXISTS bucketid_objname ON storage.objects (bucket_id, name);
CREATE INDEX IF NOT EXISTS name_prefix_search ON storage.objects (name text_pattern_ops);

ALTER TABLE storage.buckets OWNER TO supabase_storage_admin;
ALTER TABLE storage.objects OWNER TO supabase_storage_admin;
ALTER TABLE storage.buckets ENABLE ROW LEVEL SECURITY;
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
GRANT ALL ON ALL TABLES IN SCHEMA storage TO anon, authenticated, service_role, postgres;
COMMENT ON TABLE storage.buckets IS 'Stand-in by Surefoot: groups of files with rules of their own';
COMMENT ON TABLE storage.objects IS 'Stand-in by Surefoot: the files, without their contents';

CREATE OR REPLACE FUNCTION storage.foldername(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$ SELECT trim_array(string_to_array(name, '/'), least(1, cardinality(string_to_array(name, '/')))) $$;

CREATE OR REPLACE FUNCTION storage.filename(name text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT split_part(name, '/', -1) $$;

CREATE OR REPLACE FUNCTION storage.extension(name text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT split_part(split_part(name, '/', -1), '.', -1) $$;

ALTER FUNCTION storage.foldername(text) OWNER TO supabase_storage_admin;
ALTER FUNCTION storage.filename(text) OWNER TO supabase_storage_admin;
ALTER FUNCTION storage.extension(text) OWNER TO supabase_storage_admin;
COMMENT ON FUNCTION storage.foldername(text) IS 'Stand-in by Surefoot: the folders of a file, {a,b} of a/b/c.png';
COMMENT ON FUNCTION storage.filename(text) IS 'Stand-in by Surefoot: a file without its folders, c.png of a/b/c.png';
COMMENT ON FUNCTION storage.extension(text) IS 'Stand-in by Surefoot: what follows the last dot, png of a/b/c.png';

-- Realtime ------------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS realtime.messages (
    topic text NOT NULL,
    extension text NOT NULL,
    payload jsonb,
    event text,
    private boolean DEFAULT false,
    updated_at timestamp NOT NULL DEFAULT now(),
    inserted_at timestamp NOT NULL DEFAULT now(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    PRIMARY KEY (id, inserted_at)
);
ALTER TABLE realtime.messages OWNER TO supabase_admin;
ALTER TABLE realtime.messages ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON realtime.messages TO anon, authenticated, service_role;
GRANT ALL ON realtime.messages TO postgres;
COMMENT ON TABLE realtime.messages IS 'Stand-in by Surefoot: messages to those who listen; its policies say who may';

CREATE OR REPLACE FUNCTION realtime.topic() RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('realtime.topic', true), '') $$;

ALTER FUNCTION realtime.topic() OWNER TO supabase_admin;
COMMENT ON FUNCTION realtime.topic() IS 'Stand-in by Surefoot: the topic that whoever asks would read or write';

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = 'supabase_realtime') THEN
        CREATE PUBLICATION supabase_realtime;
        COMMENT ON PUBLICATION supabase_realtime IS 'Stand-in by Surefoot: tables whose changes are sent to those who listen';
    END IF;
END
$$;
