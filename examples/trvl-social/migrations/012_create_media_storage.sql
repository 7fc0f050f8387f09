-- Files: the five storage buckets with who may read and write them, and what we know of each file.
--
-- A bucket is a row of storage.buckets. Files of a person lie in a folder that is named by the person's key.

CREATE TABLE IF NOT EXISTS public.media_files (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL,
    bucket_id text NOT NULL,
    storage_path text NOT NULL,
    mime_type text NOT NULL,
    size_bytes bigint NOT NULL,
    checksum text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT media_files_pkey PRIMARY KEY (id),
    CONSTRAINT media_files_bucket_id_storage_path_key UNIQUE (bucket_id, storage_path),
    CONSTRAINT media_files_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT media_files_size_bytes_check CHECK (size_bytes >= 0)
);

COMMENT ON TABLE public.media_files IS 'A file in a bucket.';

CREATE INDEX IF NOT EXISTS idx_media_files_owner_id ON public.media_files (owner_id);

CREATE TABLE IF NOT EXISTS public.media_thumbnails (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    media_file_id uuid NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    storage_path text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT media_thumbnails_pkey PRIMARY KEY (id),
    CONSTRAINT media_thumbnails_media_file_id_width_height_key UNIQUE (media_file_id, width, height),
    CONSTRAINT media_thumbnails_media_file_id_fkey
        FOREIGN KEY (media_file_id) REFERENCES public.media_files (id) ON DELETE CASCADE,
    CONSTRAINT media_thumbnails_size_check CHECK (width > 0 AND height > 0)
);

COMMENT ON TABLE public.media_thumbnails IS 'A small picture of a file.';

CREATE TABLE IF NOT EXISTS public.media_metadata (
    media_file_id uuid NOT NULL,
    name text NOT NULL,
    value jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT media_metadata_pkey PRIMARY KEY (media_file_id, name),
    CONSTRAINT media_metadata_media_file_id_fkey
        FOREIGN KEY (media_file_id) REFERENCES public.media_files (id) ON DELETE CASCADE
);

COMMENT ON TABLE public.media_metadata IS 'What a file says of itself: camera, place, length.';

-- The rows are brought up to date, not added alone: a bucket may have been made by hand.
INSERT INTO storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
VALUES
    ('avatars', 'avatars', true, 5242880, ARRAY['image/png', 'image/jpeg', 'image/webp']),
    ('adventure-media', 'adventure-media', true, 104857600, ARRAY['image/*', 'video/*']),
    ('vendor-documents', 'vendor-documents', false, 20971520, ARRAY['application/pdf', 'image/*']),
    ('user-uploads', 'user-uploads', false, 52428800, ARRAY['image/*', 'video/*']),
    ('system-media', 'system-media', true, 52428800, NULL)
ON CONFLICT (id) DO UPDATE
SET public = EXCLUDED.public,
    file_size_limit = EXCLUDED.file_size_limit,
    allowed_mime_types = EXCLUDED.allowed_mime_types;

-- Privileges

REVOKE ALL ON TABLE
    public.media_files, public.media_thumbnails, public.media_metadata
    FROM anon, authenticated;
GRANT ALL ON TABLE
    public.media_files, public.media_thumbnails, public.media_metadata
    TO service_role;
GRANT SELECT ON TABLE public.media_files TO anon;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.media_files TO authenticated;
GRANT SELECT ON TABLE public.media_thumbnails TO anon, authenticated;
GRANT SELECT ON TABLE public.media_metadata TO authenticated;

-- Row-level security

ALTER TABLE public.media_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.media_thumbnails ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.media_metadata ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "Files in public buckets are viewable by everyone" ON public.media_files;
CREATE POLICY "Files in public buckets are viewable by everyone" ON public.media_files
    FOR SELECT
    USING (bucket_id IN ('avatars', 'adventure-media', 'system-media'));

DROP POLICY IF EXISTS "Users can manage own files" ON public.media_files;
CREATE POLICY "Users can manage own files" ON public.media_files
    FOR ALL TO authenticated
    USING (owner_id = (SELECT auth.uid()))
    WITH CHECK (owner_id = (SELECT auth.uid()));

DROP POLICY IF EXISTS "Thumbnails are viewable with their file" ON public.media_thumbnails;
CREATE POLICY "Thumbnails are viewable with their file" ON public.media_thumbnails
    FOR SELECT
    USING (EXISTS (SELECT 1 FROM public.media_files WHERE media_files.id = media_file_id));

DROP POLICY IF EXISTS "Metadata is viewable by the owner of the file" ON public.media_metadata;
CREATE POLICY "Metadata is viewable by the owner of the file" ON public.media_metadata
    FOR SELECT TO authenticated
    USING (
        EXISTS (
            SELECT 1 FROM public.media_files
            WHERE media_files.id = media_file_id AND media_files.owner_id = (SELECT auth.uid())
        )
    );

DROP POLICY IF EXISTS "Public buckets are viewable by everyone" ON storage.objects;
CREATE POLICY "Public buckets are viewable by everyone" ON storage.objects
    FOR SELECT
    USING (bucket_id IN ('avatars', 'adventure-media', 'system-media'));

DROP POLICY IF EXISTS "Users can view files in own folder" ON storage.objects;
CREATE POLICY "Users can view files in own folder" ON storage.objects
    FOR SELECT TO authenticated
    USING (
        bucket_id IN ('avatars', 'adventure-media', 'vendor-documents', 'user-uploads')
        AND (storage.foldername(name))[1] = (SELECT auth.uid())::text
    );

DROP POLICY IF EXISTS "Users can upload files to own folder" ON storage.objects;
CREATE POLICY "Users can upload files to own folder" ON storage.objects
    FOR INSERT TO authenticated
    WITH CHECK (
        bucket_id IN ('avatars', 'adventure-media', 'vendor-documents', 'user-uploads')
        AND (storage.foldername(name))[1] = (SELECT auth.uid())::text
    );

DROP POLICY IF EXISTS "Users can replace files in own folder" ON storage.objects;
CREATE POLICY "Users can replace files in own folder" ON storage.objects
    FOR UPDATE TO authenticated
    USING (
        bucket_id IN ('avatars', 'adventure-media', 'vendor-documents', 'user-uploads')
        AND (storage.foldername(name))[1] = (SELECT auth.uid())::text
    )
    WITH CHECK (
        bucket_id IN ('avatars', 'adventure-media', 'vendor-documents', 'user-uploads')
        AND (storage.foldername(name))[1] = (SELECT auth.uid())::text
    );

DROP POLICY IF EXISTS "Users can delete files in own folder" ON storage.objects;
CREATE POLICY "Users can delete files in own folder" ON storage.objects
    FOR DELETE TO authenticated
    USING (
        bucket_id IN ('avatars', 'adventure-media', 'vendor-documents', 'user-uploads')
        AND (storage.foldername(name))[1] = (SELECT auth.uid())::text
    );
