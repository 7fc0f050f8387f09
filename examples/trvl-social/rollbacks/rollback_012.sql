-- Undoes 012_create_media_storage.sql. A bucket that holds files stays,
-- and this rollback fails: empty it first, through the storage API. Without the setting Supabase refuses any DELETE.

DROP POLICY IF EXISTS "Users can delete files in own folder" ON storage.objects;
DROP POLICY IF EXISTS "Users can replace files in own folder" ON storage.objects;
DROP POLICY IF EXISTS "Users can upload files to own folder" ON storage.objects;
DROP POLICY IF EXISTS "Users can view files in own folder" ON storage.objects;
DROP POLICY IF EXISTS "Public buckets are viewable by everyone" ON storage.objects;

SET LOCAL storage.allow_delete_query = 'true';
DELETE FROM storage.buckets
WHERE id IN ('avatars', 'adventure-media', 'vendor-documents', 'user-uploads', 'system-media');

DROP TABLE IF EXISTS public.media_metadata;
DROP TABLE IF EXISTS public.media_thumbnails;
DROP TABLE IF EXISTS public.media_files;
