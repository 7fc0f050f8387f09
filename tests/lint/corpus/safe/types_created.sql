-- expect: nothing
-- file: 001_types.sql
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
        WHERE t.typname = 'email' AND n.nspname = 'public'
    ) THEN
        CREATE DOMAIN public.email AS text CONSTRAINT email_has_at CHECK (VALUE LIKE '%@%');
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
        WHERE t.typname = 'point_3d' AND n.nspname = 'public'
    ) THEN
        CREATE TYPE public.point_3d AS (x numeric, y numeric, z numeric);
    END IF;
END
$$;
-- file: rollback_001.sql
DROP TYPE IF EXISTS public.point_3d;
DROP DOMAIN IF EXISTS public.email;
